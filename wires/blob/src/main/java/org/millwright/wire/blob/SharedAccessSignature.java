package org.millwright.wire.blob;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A service SAS for one blob or one container: the part of a URL's query that lets its holder do some things to some
 * files for some time.
 *
 * <p>The signature is HMAC-SHA256 over the fields in the order that version 2020-12-06 of the protocol gives them.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/create-service-sas">Azure Storage: service SAS</a>
 */
public final class SharedAccessSignature {
    /** The first version whose string to sign has the encryption scope; older ones are refused. */
    private static final String OLDEST_VERSION = "2020-12-06";

    private static final List<String> SIGNED_RESPONSE_HEADERS = List.of("rscc", "rscd", "rsce", "rscl", "rsct");

    private final Map<String, String> query;

    /** @param query the URL's query, decoded */
    public SharedAccessSignature(Map<String, String> query) {
        this.query = Map.copyOf(query);
    }

    /**
     * Checks whether it allows an operation.
     *
     * @param account the storage account's name
     * @param container and {@code blob}: what the request is about; blob null for the container itself
     * @param permission one letter: r, w, c, d, l
     * @param key the account's key
     * @return why it does not, in words; empty when it does
     */
    public Optional<String> refusal(
            String account, String container, @Nullable String blob, char permission, Instant now, byte[] key) {
        var version = field("sv");
        if (version.compareTo(OLDEST_VERSION) < 0) {
            return Optional.of("its version '%s' is older than %s".formatted(version, OLDEST_VERSION));
        }
        var resource =
                switch (field("sr")) {
                    case "b" -> blob == null ? null : "/blob/" + account + "/" + container + "/" + blob;
                    case "c" -> "/blob/" + account + "/" + container;
                    default -> null;
                };
        if (resource == null) {
            return Optional.of("it is not for this kind of resource");
        }
        if (!isSignedWith(key, resource)) {
            return Optional.of("its signature does not match this resource");
        }
        return outside(now)
                .or(() -> field("sp").indexOf(permission) < 0
                        ? Optional.of("it permits '%s', not '%s'".formatted(field("sp"), permission))
                        : Optional.empty());
    }

    private Optional<String> outside(Instant now) {
        try {
            if (field("se").isEmpty() || !now.isBefore(time(field("se")))) {
                return Optional.of("it has expired");
            }
            if (!field("st").isEmpty() && now.isBefore(time(field("st")))) {
                return Optional.of("it is not valid yet");
            }
            return Optional.empty();
        } catch (DateTimeException notATime) {
            return Optional.of("its times cannot be read");
        }
    }

    private boolean isSignedWith(byte[] key, String resource) {
        var text = new StringBuilder();
        for (var part : List.of(
                field("sp"),
                field("st"),
                field("se"),
                resource,
                field("si"),
                field("sip"),
                field("spr"),
                field("sv"),
                field("sr"),
                field("snapshot"),
                field("ses"))) {
            text.append(part).append('\n');
        }
        text.append(String.join(
                "\n", SIGNED_RESPONSE_HEADERS.stream().map(this::field).toList()));
        try {
            var expected = hmac(key, text.toString());
            // Constant time: how long the comparison takes must not tell how much of a guess is right.
            return MessageDigest.isEqual(expected, Base64.getDecoder().decode(field("sig")));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private String field(String name) {
        return query.getOrDefault(name, "");
    }

    private static Instant time(String text) {
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", impossible);
        }
    }
}
