package org.millwright.monitoring;

import java.util.UUID;
import org.millwright.shared.Refused;

/** Names a delivery for life, however often it is sent: a UUID. Receivers tell repetitions by it. */
public record DeliveryId(UUID value) {

    /** @throws Refused with NotFound, because what is no id of ours names nothing */
    public static DeliveryId parse(String text) {
        try {
            return new DeliveryId(UUID.fromString(text));
        } catch (IllegalArgumentException noUuid) {
            throw Refused.notFound("delivery", text);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
