package org.millwright.cli.remote;

import org.millwright.cli.CommandFailed;

/**
 * A model version as people write it: {@code churn:3}, {@code churn@champion}, {@code churn/Production}, or {@code churn}
 * for the latest.
 *
 * @param version as the server takes it: a number, {@code @alias}, a stage or {@code latest}
 */
record ModelReference(String model, String version) {

    static ModelReference parse(String text) {
        for (var mark : new String[] {":", "@", "/"}) {
            var at = text.indexOf(mark);
            if (at > 0) {
                var rest = text.substring(at + 1);
                if (rest.isBlank()) {
                    throw CommandFailed.usage(
                            "'%s' names no version".formatted(text),
                            "Write NAME:VERSION, NAME@ALIAS or NAME/STAGE, such as churn:3.");
                }
                var isAlias = mark.equals("@") && !rest.equals("latest");
                return new ModelReference(text.substring(0, at), isAlias ? "@" + rest : rest);
            }
        }
        return new ModelReference(text, "latest");
    }
}
