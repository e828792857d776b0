package org.millwright.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.workspace.WorkspaceName;

/** Lets other contexts start work. */
public interface JobSubmitter {

    /**
     * What to run and how to call it.
     *
     * @param name becomes the run's id; null to let the server choose
     * @param displayName shown to people; null for one like the id
     * @param experiment made when there is none of that name
     */
    record Submission(
            WorkspaceName workspace,
            PrincipalId submitter,
            @Nullable RunId name,
            @Nullable String displayName,
            String experiment,
            Map<String, String> tags,
            JobSpec job) {}

    /**
     * Accepts a job: when this returns and its transaction commits, the job will reach an end, whatever happens.
     *
     * @throws org.millwright.shared.Refused when the name is taken, the compute, the code or a secret is not there
     */
    RunId submit(Submission submission);
}
