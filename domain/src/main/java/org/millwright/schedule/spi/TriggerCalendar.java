package org.millwright.schedule.spi;

import java.time.Instant;
import java.util.List;
import org.millwright.schedule.model.Trigger;

/** Computes when a trigger fires. */
public interface TriggerCalendar {

    /**
     * The next times after an instant; fewer than asked for when the trigger ends.
     *
     * @throws org.millwright.shared.Refused with Invalid when the trigger's expression cannot be read
     */
    List<Instant> next(Trigger trigger, Instant after, int most);
}
