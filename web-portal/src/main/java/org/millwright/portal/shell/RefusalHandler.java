package org.millwright.portal.shell;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.faces.application.FacesMessage;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.PhaseId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrace;
import org.millwright.shared.Outages;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Turns what goes wrong in a page into words: the error page with the right status when a page is asked for, a message on
 * the page when a button was pressed. No trace is shown, and no half of a page is sent with a 200.
 */
public class RefusalHandler extends ExceptionHandlerWrapper {
    private static final System.Logger LOG = System.getLogger(RefusalHandler.class.getName());

    /** Request attribute: the sentence for the error page. */
    public static final String SENTENCE = RefusalHandler.class.getName() + ".sentence";

    /** Request attribute: what to do about it. */
    static final String ADVICE = RefusalHandler.class.getName() + ".advice";

    public RefusalHandler(ExceptionHandler wrapped) {
        super(wrapped);
    }

    @Override
    public void handle() {
        var faces = FacesContext.getCurrentInstance();
        for (var events = getUnhandledExceptionQueuedEvents().iterator(); events.hasNext(); ) {
            var event = events.next().getContext();
            events.remove();
            if (!faces.getResponseComplete()) {
                answer(faces, event.getException(), event.getPhaseId());
            }
        }
        getWrapped().handle();
    }

    private static void answer(FacesContext faces, Throwable thrown, @Nullable PhaseId phase) {
        var problem = problem(thrown);
        if (problem != null) {
            AuditTrace.stopped(problem);
        } else {
            LOG.log(ERROR, "Page %s failed".formatted(faces.getExternalContext().getRequestServletPath()), thrown);
        }
        var sentence = problem == null ? "The server failed at this; its log says why" : problem.sentence();
        if (faces.getPartialViewContext().isAjaxRequest() && phase == PhaseId.INVOKE_APPLICATION) {
            faces.addMessage(null, new FacesMessage(FacesMessage.SEVERITY_ERROR, sentence, null));
            return;
        }
        try {
            var external = faces.getExternalContext();
            external.getRequestMap().put(SENTENCE, sentence);
            if (problem instanceof Problem.Forbidden) {
                advise(external.getRequestMap());
            }
            external.responseSendError(status(problem), sentence);
            faces.responseComplete();
        } catch (IOException browserGone) {
            throw new UncheckedIOException(browserGone);
        }
    }

    /** The refusal stands without it. */
    private static void advise(Map<String, Object> request) {
        try {
            CDI.current().select(RefusalAdvice.class).get().get().ifPresent(advice -> request.put(ADVICE, advice));
        } catch (RuntimeException unknown) {
            LOG.log(WARNING, "It cannot be said whom to ask for a role", unknown);
        }
    }

    /** A defect has none. */
    private static @Nullable Problem problem(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refused refused) {
                return refused.problem();
            }
            if (cause instanceof FileNotFoundException) {
                return new Problem.NotFound("page", "of that address");
            }
        }
        return CDI.current().select(Outages.class).get().of(thrown).orElse(null);
    }

    static int status(@Nullable Problem problem) {
        return switch (problem) {
            case null -> 500;
            case Problem.NotFound _ -> 404;
            case Problem.Forbidden _ -> 403;
            case Problem.Unauthenticated _ -> 401;
            case Problem.TooManyAttempts _ -> 429;
            case Problem.Unavailable _ -> 503;
            case Problem.AlreadyExists _, Problem.WrongState _, Problem.Stale _ -> 409;
            case Problem.Invalid _, Problem.TooLarge _, Problem.NotSupported _ -> 400;
        };
    }
}
