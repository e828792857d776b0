package org.millwright.cli.remote;

import java.util.concurrent.Callable;
import org.millwright.cli.Output;
import picocli.CommandLine.Mixin;

/** A command that asks a server: which one it means, and how it shows the answer. */
abstract class ServerCommand implements Callable<Integer> {
    @Mixin
    ServerOption server;

    @Mixin
    Output output;
}
