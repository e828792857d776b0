package org.millwright.cli.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.millwright.cli.CommandFailed;

/** A TCP port of this machine that the server is to listen on. */
record Port(int number) {
    private static final int HIGHEST = 65535;
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int MOST_COMMAND_CHARACTERS = 80;

    Port {
        if (number < 0 || number > HIGHEST) {
            throw CommandFailed.usage(
                    "There is no port %d".formatted(number), "Choose one from 1 to 65535, or 0 for any free one.");
        }
    }

    /**
     * This port, or a free one when it is 0.
     *
     * @param host the address that the server is to listen on
     * @throws CommandFailed if another process has it
     */
    Port claim(String host) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(host.equals("*") ? new InetSocketAddress(number) : new InetSocketAddress(host, number));
            return new Port(socket.getLocalPort());
        } catch (IOException taken) {
            if (number < 1024 && String.valueOf(taken.getMessage()).contains("ermission")) {
                throw CommandFailed.permission(
                        "Only the superuser may listen on port %d".formatted(number),
                        "Choose a port from 1024: --port 8443.");
            }
            throw CommandFailed.refused(
                    "Port %d is in use%s"
                            .formatted(number, owner().map(" by "::concat).orElse("")),
                    "Stop that, or choose another port: --port %d. Nothing was changed."
                            .formatted(Math.min(number + 1, HIGHEST)));
        }
    }

    /** Who listens on it, in words, where the system tells this user (Linux). */
    Optional<String> owner() {
        try {
            for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                var inode = inodeIn(Path.of(table));
                if (inode.isPresent()) {
                    return processWith("socket:[%s]".formatted(inode.get()));
                }
            }
        } catch (IOException untold) {
            // not Linux, or not for us to know
        }
        return Optional.empty();
    }

    private Optional<String> inodeIn(Path table) throws IOException {
        if (!Files.isReadable(table)) {
            return Optional.empty();
        }
        var suffix = ":%04X".formatted(number);
        return Files.readAllLines(table).stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > INODE
                        && fields[LOCAL_ADDRESS].endsWith(suffix)
                        && fields[STATE].equals(LISTENING))
                .map(fields -> fields[INODE])
                .findFirst();
    }

    private static Optional<String> processWith(String socket) {
        return ProcessHandle.allProcesses()
                .filter(process -> hasOpen(process, socket))
                .findFirst()
                .map(process -> "process %d (%s)".formatted(process.pid(), command(process)));
    }

    private static boolean hasOpen(ProcessHandle process, String socket) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            for (var file : files) {
                if (Files.readSymbolicLink(file).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException anotherUsers) {
            return false;
        }
        return false;
    }

    private static String command(ProcessHandle process) {
        var data = LibertyServer.dataFolderOf(process);
        if (data.isPresent()) {
            return "the Millwright server of " + data.get();
        }
        var line = process.info().commandLine().orElse("unknown program");
        return line.length() <= MOST_COMMAND_CHARACTERS ? line : line.substring(0, MOST_COMMAND_CHARACTERS) + "...";
    }
}
