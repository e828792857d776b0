package org.millwright.registry.model;

import org.millwright.shared.Refused;

/** A place that one version of a model holds at a time, and that a version is promoted to: a stage or an alias. */
public sealed interface Target {

    /** {@code Staging} or {@code Production}; any number of versions may be in the others. */
    record OfStage(Stage stage) implements Target {
        public OfStage {
            if (!stage.isHeldByOne()) {
                throw Refused.invalid(
                        "target", "a version is promoted to Staging, Production or an alias such as @champion");
            }
        }

        @Override
        public String label() {
            return stage.label();
        }
    }

    /** A name that one version has, such as {@code champion}. */
    record OfAlias(String alias) implements Target {
        public OfAlias {
            RegisteredModel.requireAlias(alias);
        }

        @Override
        public String label() {
            return "@" + alias;
        }
    }

    /** As people write it: {@code Production}, {@code @champion}. {@link #parse} reads it again. */
    String label();

    /** @throws Refused when it is neither a stage that one version holds nor '@' and an alias */
    static Target parse(String text) {
        if (text.startsWith("@")) {
            return new OfAlias(text.substring(1));
        }
        if (text.equalsIgnoreCase(Stage.PRODUCTION.label()) || text.equalsIgnoreCase(Stage.STAGING.label())) {
            return new OfStage(Stage.parse(text));
        }
        throw Refused.invalid(
                "target", "'%s' is not Staging, Production or an alias such as @champion".formatted(text));
    }
}
