package org.millwright.wire.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.JobSpec;
import org.millwright.secret.RunSecrets;
import org.millwright.secret.SecretName;
import org.millwright.wire.http.CurrentCaller;

/** The secrets that a job asks for: by their names the environment variables that they become. */
final class AskedSecrets {
    private AskedSecrets() {}

    /** @return null when it asks for none */
    static @Nullable Map<String, String> of(JobSpec job) {
        if (job.secrets().isEmpty()) {
            return null;
        }
        var variables = new LinkedHashMap<String, String>();
        job.secrets().forEach((name, variable) -> variables.put(name.value(), variable));
        return variables;
    }

    static Map<SecretName, String> named(@Nullable Map<String, String> asked) {
        var named = new LinkedHashMap<SecretName, String>();
        Bodies.orEmpty(asked).forEach((name, variable) -> named.put(new SecretName(name), variable));
        return named;
    }

    /**
     * @throws org.millwright.shared.Refused with Forbidden when whoever submits may not give secrets to jobs, Invalid when one
     *     is not there
     */
    static void require(JobSpec job, CurrentCaller caller, RunSecrets secrets) {
        if (!job.secrets().isEmpty()) {
            caller.get().require(Permission.SECRET_USE, caller.workspace());
            secrets.requireKnown(caller.workspace(), job.secrets().keySet());
        }
    }
}
