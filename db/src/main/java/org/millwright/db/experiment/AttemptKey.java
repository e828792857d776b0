package org.millwright.db.experiment;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/** The key of a try at a run. A class and not a record, because JPA fills its fields. */
public class AttemptKey implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private String run = "";
    private int number;

    public AttemptKey() {}

    AttemptKey(String run, int number) {
        this.run = run;
        this.number = number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AttemptKey key && key.run.equals(run) && key.number == number;
    }

    @Override
    public int hashCode() {
        return Objects.hash(run, number);
    }
}
