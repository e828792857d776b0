package org.millwright.registry;

import java.util.UUID;
import org.millwright.shared.Refused;

/** Names a request that asks others to approve a promotion. */
public record PromotionRequestId(UUID value) {

    /** @throws Refused with NotFound when it is no such id: there is nothing of that name */
    public static PromotionRequestId parse(String text) {
        try {
            return new PromotionRequestId(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            throw Refused.notFound("promotion request", text);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
