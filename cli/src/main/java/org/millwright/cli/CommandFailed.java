package org.millwright.cli;

import org.jspecify.annotations.Nullable;

/** A command that cannot give its answer: what is wrong in one sentence, and what the user can do about it. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exit;
    private final String advice;

    /** @param advice what to do next, as a sentence; empty if there is nothing to advise */
    public CommandFailed(ExitCode exit, String sentence, String advice) {
        this(exit, sentence, advice, null);
    }

    public CommandFailed(ExitCode exit, String sentence, String advice, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exit = exit;
        this.advice = advice;
    }

    public static CommandFailed failed(String sentence, String advice) {
        return new CommandFailed(ExitCode.FAILED, sentence, advice);
    }

    public static CommandFailed refused(String sentence, String advice) {
        return new CommandFailed(ExitCode.REFUSED, sentence, advice);
    }

    public static CommandFailed permission(String sentence, String advice) {
        return new CommandFailed(ExitCode.PERMISSION, sentence, advice);
    }

    public static CommandFailed unreachable(String sentence, String advice) {
        return new CommandFailed(ExitCode.UNREACHABLE, sentence, advice);
    }

    public static CommandFailed usage(String sentence, String advice) {
        return new CommandFailed(ExitCode.USAGE, sentence, advice);
    }

    public ExitCode exit() {
        return exit;
    }

    public String advice() {
        return advice;
    }

    /** The sentence, always there. */
    public String sentence() {
        var message = getMessage();
        return message == null ? exit.name() : message;
    }
}
