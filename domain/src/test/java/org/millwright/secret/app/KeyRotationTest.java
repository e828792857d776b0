package org.millwright.secret.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.SecretPlace;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealedValue;
import org.millwright.secret.model.SealedValueRepository;
import org.millwright.secret.model.SealingKey;
import org.millwright.secret.spi.KeyRing;
import org.millwright.shared.Refused;

class KeyRotationTest {
    private static final KeyId FIRST = new KeyId("key-1");
    private static final KeyId SECOND = new KeyId("key-2");

    private final Ring ring = new Ring();
    private final Values values = new Values();
    private final KeyRotation rotation = new KeyRotation(ring, new SealedValueBook(values));

    @BeforeEach
    void sealSome() {
        for (var number = 0; number < 250; number++) {
            values.sealed.put(place(number), "key-1");
        }
    }

    @Test
    void a_rotation_wraps_every_value_by_the_new_key_and_then_the_old_one_can_go() {
        assertThat(rotation.rotate()).isEqualTo(SECOND);
        assertThat(values.askedFor).isOne();
        assertThat(rotation.status().pending()).isEqualTo(250);
        assertThatThrownBy(() -> rotation.remove(FIRST))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("still needed by 250 values");
        assertThat(rotation.rewrap()).isEqualTo(250);
        assertThat(rotation.status().pending()).isZero();
        rotation.remove(FIRST);
        assertThat(ring.ids).containsExactly(SECOND);
    }

    @Test
    void who_is_killed_half_way_goes_on_where_it_was() {
        rotation.rotate();
        ring.breaksAfter = 130;
        assertThatThrownBy(rotation::rewrap).isInstanceOf(Killed.class);
        assertThat(rotation.status().pending()).isEqualTo(120);
        assertThat(rotation.status().trouble()).isEqualTo("killed");
        ring.breaksAfter = Integer.MAX_VALUE;
        assertThat(rotation.rewrap()).isEqualTo(120);
        assertThat(rotation.status().trouble()).isNull();
    }

    @Test
    void a_value_that_does_not_open_is_told_of_and_keeps_no_other_from_the_new_key() {
        values.sealed.put(place(7), "lost");
        rotation.rotate();
        assertThat(rotation.rewrap()).isEqualTo(249);
        var status = rotation.status();
        assertThat(status.pending()).isOne();
        assertThat(status.trouble()).isEqualTo("webhook/7 cannot be opened: no such key");
        assertThat(status.keys()).anyMatch(use -> use.id().value().equals("lost") && use.key() == null);
    }

    @Test
    void a_value_that_somebody_sets_meanwhile_is_left_as_they_set_it() {
        rotation.rotate();
        values.setMeanwhile = place(3);
        assertThat(rotation.rewrap()).isEqualTo(249);
        assertThat(values.sealed).containsEntry(place(3), "key-2 new");
    }

    @Test
    void a_start_with_other_keys_than_those_of_the_database_says_which_is_missing_and_where_it_belongs() {
        rotation.requireKeys();
        values.sealed.put(place(7), "lost");
        assertThatThrownBy(rotation::requireKeys)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1 values in the database are sealed with the key lost, which is not in the ring");
        ring.givenUp = new KeyId("lost");
        rotation.requireKeys();
    }

    @Test
    void values_that_name_no_key_are_tried_at_the_start() {
        values.sealed.clear();
        values.sealed.put(place(1), "unnamed and of the first key");
        values.sealed.put(place(2), "unnamed and broken");
        rotation.requireKeys();
        values.sealed.remove(place(1));
        assertThatThrownBy(rotation::requireKeys).hasMessageContaining("the first key of this server (unnamed)");
    }

    private static SecretPlace place(int number) {
        return new SecretPlace("webhook", Integer.toString(number));
    }

    /** A sealed value is the name of its key. */
    private static final class Ring implements KeyRing {
        private final List<KeyId> ids = new ArrayList<>(List.of(FIRST));
        private KeyId givenUp;
        private int breaksAfter = Integer.MAX_VALUE;

        @Override
        public KeyId primary() {
            return ids.getLast();
        }

        @Override
        public List<SealingKey> keys() {
            return ids.reversed().stream()
                    .map(id -> new SealingKey(id, "here", id.equals(primary()), !id.equals(primary())))
                    .toList();
        }

        @Override
        public boolean has(KeyId key) {
            return ids.contains(key);
        }

        @Override
        public boolean isGivenUp(KeyId key) {
            return key.equals(givenUp);
        }

        @Override
        public String inWords() {
            return "the ring";
        }

        @Override
        public KeyId renew() {
            ids.add(SECOND);
            return SECOND;
        }

        @Override
        public void refresh() {}

        @Override
        public void remove(KeyId key) {
            ids.remove(key);
        }

        @Override
        public String rewrap(SecretPlace place, String sealed) {
            if (breaksAfter-- == 0) {
                throw new Killed();
            }
            if (sealed.equals("lost") || sealed.endsWith("broken")) {
                throw new IllegalStateException("no such key");
            }
            return primary().value();
        }
    }

    private static final class Values implements SealedValueRepository {
        private final Map<SecretPlace, String> sealed = new LinkedHashMap<>();
        private SecretPlace setMeanwhile;
        private int askedFor;

        @Override
        public Map<KeyId, Long> countByKey() {
            var counts = new LinkedHashMap<KeyId, Long>();
            sealed.values().forEach(value -> counts.merge(key(value), 1L, Long::sum));
            return counts;
        }

        @Override
        public List<SealedValue> sealedWith(KeyId key, int most) {
            return values(key::equals, most);
        }

        @Override
        public List<SealedValue> notSealedWith(KeyId key, int most) {
            return values(other -> !other.equals(key), most);
        }

        private List<SealedValue> values(Predicate<KeyId> which, int most) {
            return sealed.entrySet().stream()
                    .filter(entry -> which.test(key(entry.getValue())))
                    .map(entry -> new SealedValue(entry.getKey(), "here", entry.getValue()))
                    .limit(most)
                    .toList();
        }

        @Override
        public boolean replace(SealedValue value, String by) {
            if (value.place().equals(setMeanwhile)) {
                sealed.put(value.place(), "key-2 new");
            }
            return sealed.replace(value.place(), value.sealed(), by);
        }

        @Override
        public void askForRewrapping() {
            askedFor++;
        }

        private static KeyId key(String value) {
            return new KeyId(value.split(" ")[0]);
        }
    }

    /** It is no fault of one value, so the work breaks off. */
    private static final class Killed extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed");
        }
    }
}
