package org.millwright.secret.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealedValue;
import org.millwright.secret.model.SealedValueRepository;

/** The transactions of {@link KeyRotation}, which asks for keys between them and not within. */
@ApplicationScoped
@Transactional
public class SealedValueBook {
    private final SealedValueRepository values;

    @Inject
    public SealedValueBook(SealedValueRepository values) {
        this.values = values;
    }

    @SuppressWarnings("NullAway")
    protected SealedValueBook() {
        this(null);
    }

    Map<KeyId, Long> countByKey() {
        return values.countByKey();
    }

    List<SealedValue> sealedWith(KeyId key, int most) {
        return values.sealedWith(key, most);
    }

    List<SealedValue> notSealedWith(KeyId key, int most) {
        return values.notSealedWith(key, most);
    }

    boolean replace(SealedValue value, String sealed) {
        return values.replace(value, sealed);
    }

    void askForRewrapping() {
        values.askForRewrapping();
    }
}
