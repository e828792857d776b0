package org.millwright.cli.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an earlier launcher left running on a data folder because it was killed. To be used by the holder of the folder's lock only.
 *
 * @param folder the data folder
 */
record LeftOvers(DataFolder folder) {
    /** Stops them, Liberty first. Processes of jobs are left alone: the server finds them again. @return what was stopped, in words */
    List<String> stop() throws IOException {
        var stopped = new ArrayList<String>();
        var run = RunFile.read(folder);
        if (run.isEmpty() || run.get().phase() == RunFile.Phase.STOPPED) {
            return stopped;
        }
        for (var liberty : liberties()) {
            LibertyServer.stop(liberty, run.get().phase() == RunFile.Phase.READY);
            stopped.add("the server (process %d)".formatted(liberty.pid()));
        }
        if (EmbeddedDatabase.stopLeftOver(folder.database())) {
            stopped.add("PostgreSQL");
        }
        run.get().stopped().write(folder);
        return stopped;
    }

    /** By their command lines: a launcher may be killed before it could write the number down. */
    List<ProcessHandle> liberties() {
        var root = folder.root().toString();
        return ProcessHandle.allProcesses()
                .filter(process ->
                        LibertyServer.dataFolderOf(process).filter(root::equals).isPresent())
                .toList();
    }
}
