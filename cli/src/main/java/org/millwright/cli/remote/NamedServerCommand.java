package org.millwright.cli.remote;

import picocli.CommandLine.Mixin;

/** A command about one thing that a server has, by its name. */
abstract class NamedServerCommand extends ServerCommand {
    @Mixin
    NameArgument name;
}
