package org.millwright.compute.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.millwright.compute.AttemptId;
import org.millwright.compute.spi.MaskingScript;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * Where the server and the launcher of an attempt leave things for each other, when the attempt runs on somebody else's
 * cluster, which has neither our disk nor a way that we could come in by. The launcher is a Python script that the cluster
 * starts; it asks for its order, fetches the code and the inputs, and brings back the log, the outputs and the exit code.
 *
 * <p>All of it lies in the artifact store below {@code attempts/}, so any server of several can take the request of a
 * launcher, and a restart forgets nothing. The order may hold secrets: it is sealed with the run's token, of which the server
 * keeps only a digest, so nobody reads it without what was given to the launcher, and nobody after the run has ended.
 *
 * <p>The log comes in numbered pieces, each of which never changes: a piece that is sent again does no harm. Not
 * transactional: nothing here is in the database.
 */
@ApplicationScoped
public class AttemptExchange {
    private static final int PIECES_IN_A_FOLDER = 1000;
    private static final int LARGEST_PIECE = 1 << 20;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String SCRIPT = "millwright_launcher.py";

    /** Where a launcher may write among the files of its run. */
    private static final List<String> KEPT = List.of("outputs/", "logs/", "environment/");

    private final ArtifactStore files;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    @Inject
    public AttemptExchange(ArtifactStore files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected AttemptExchange() {
        this(null, null);
    }

    /** @param launcher one of perhaps several that were started by mistake, @param place what its cluster calls the work */
    public record Begun(Instant at, String launcher, String place) {}

    /** @param exitCode 128 + signal when a signal ended the program */
    public record End(Instant at, int exitCode, boolean timedOut) {}

    /** @param at when it was asked for */
    public record StopAsked(Instant at, Duration grace) {}

    /** The script that clusters run for us: the same for every job, and without secrets. */
    public static byte[] launcher() {
        try (var script = Objects.requireNonNull(AttemptExchange.class.getResourceAsStream(SCRIPT))) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(MaskingScript.content());
            script.transferTo(all);
            return all.toByteArray();
        } catch (IOException broken) {
            throw new IllegalStateException("The launcher cannot be read from this program", broken);
        }
    }

    // ---- what the server does

    /**
     * Leaves an order. Again with another token leaves another one beside it.
     *
     * @param token the run's
     * @param given what the launcher may fetch, by number
     * @param outputs the files of the run
     */
    public void open(AttemptId attempt, String token, byte[] order, List<ArtifactPath> given, ArtifactPath outputs)
            throws IOException {
        var lines = new ArrayList<String>();
        lines.add(outputs.value());
        given.forEach(path -> lines.add(path.value()));
        write(attempt, orderName(token), seal(token, order));
        write(attempt, "files", String.join("\n", lines));
    }

    /** What a driver remembers of the attempt, by a name of its own. */
    public Optional<String> note(AttemptId attempt, String name) throws IOException {
        return text(attempt, "note-" + name);
    }

    public void leaveNote(AttemptId attempt, String name, String text) throws IOException {
        write(attempt, "note-" + name, text);
    }

    public Optional<Begun> begun(AttemptId attempt) throws IOException {
        return text(attempt, "begun").map(text -> {
            var lines = text.split("\n", 3);
            return new Begun(Instant.parse(lines[0]), lines[1], lines[2]);
        });
    }

    /** A piece of what the attempt printed; empty when it has not come. @param number from 0 */
    public Optional<byte[]> printed(AttemptId attempt, long number) throws IOException {
        return read(piece(attempt, number));
    }

    public Optional<End> end(AttemptId attempt) throws IOException {
        return text(attempt, "end").map(text -> {
            var lines = text.split("\n");
            return new End(Instant.parse(lines[0]), Integer.parseInt(lines[1]), Boolean.parseBoolean(lines[2]));
        });
    }

    /** Says how it ended, for a launcher that cannot any more. What a launcher has said stays. */
    public End conclude(AttemptId attempt, int exitCode, boolean timedOut) throws IOException {
        var said = end(attempt);
        return said.isPresent() ? said.get() : writeEnd(attempt, exitCode, timedOut);
    }

    /** Lets the launcher know that it is to end the program. The first time counts. */
    public StopAsked askToStop(AttemptId attempt, Duration grace) throws IOException {
        var asked = stopAsked(attempt);
        if (asked.isPresent()) {
            return asked.get();
        }
        var now = clock.instant();
        write(attempt, "stop", now + "\n" + grace.toMillis());
        return new StopAsked(now, grace);
    }

    /** Forgets the attempt. A launcher of it that still lives is told so, and ends. */
    public void close(AttemptId attempt) throws IOException {
        files.delete(folder(attempt));
    }

    // ---- what the launcher does

    /**
     * The order of the attempt.
     *
     * @throws Refused with NotFound when there is none, or none for this token
     */
    public byte[] order(AttemptId attempt, String token) throws IOException {
        return unseal(token, read(folder(attempt).resolve(orderName(token))).orElseThrow(() -> unknown(attempt)))
                .orElseThrow(() -> unknown(attempt));
    }

    /**
     * One launcher may begin. A cluster may have been told twice to start it, when the server went down between telling and
     * writing down that it had.
     *
     * @throws Refused with AlreadyExists when another one did
     */
    public synchronized void begin(AttemptId attempt, String launcher, String place) throws IOException {
        requireOpen(attempt);
        var before = begun(attempt);
        if (before.isPresent() && !before.get().launcher().equals(launcher)) {
            throw new Refused(new Problem.AlreadyExists("launcher of attempt", attempt.toString()));
        }
        if (before.isEmpty()) {
            write(attempt, "begun", clock.instant() + "\n" + plain(launcher) + "\n" + plain(place));
        }
    }

    /** Opens one of the files that were given; the caller closes it. */
    public InputStream file(AttemptId attempt, int number) throws IOException {
        var given = given(attempt);
        if (number < 0 || number + 1 >= given.size()) {
            throw Refused.notFound("file", number);
        }
        return files.read(new ArtifactPath(given.get(number + 1)), 0);
    }

    /** Keeps a piece of what the attempt prints. */
    public void print(AttemptId attempt, long number, byte[] content) throws IOException {
        requireOpen(attempt);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw Refused.invalid("piece", "counted from 0");
        }
        if (content.length > LARGEST_PIECE) {
            throw new Refused(new Problem.TooLarge("piece", LARGEST_PIECE, "bytes"));
        }
        files.write(piece(attempt, number), new ByteArrayInputStream(content));
    }

    /** Keeps a file among those of the run. */
    public void keep(AttemptId attempt, String path, InputStream content) throws IOException {
        if (KEPT.stream().noneMatch(path::startsWith)) {
            throw Refused.invalid("path", "a file lies below %s".formatted(String.join(", ", KEPT)));
        }
        files.write(new ArtifactPath(given(attempt).getFirst()).resolve(path), content);
    }

    /** Whether the attempt is to end. */
    public Optional<StopAsked> stopAsked(AttemptId attempt) throws IOException {
        return text(attempt, "stop").map(text -> {
            var lines = text.split("\n");
            return new StopAsked(Instant.parse(lines[0]), Duration.ofMillis(Long.parseLong(lines[1])));
        });
    }

    /** The same for a launcher. @throws Refused with NotFound when the attempt is over */
    public Optional<Duration> orders(AttemptId attempt) throws IOException {
        requireOpen(attempt);
        return stopAsked(attempt).map(StopAsked::grace);
    }

    /** The program has ended, and all that it left has been brought. Again does no harm. */
    public void finish(AttemptId attempt, int exitCode, boolean timedOut) throws IOException {
        requireOpen(attempt);
        conclude(attempt, exitCode, timedOut);
    }

    private End writeEnd(AttemptId attempt, int exitCode, boolean timedOut) throws IOException {
        var now = clock.instant();
        write(attempt, "end", now + "\n" + exitCode + "\n" + timedOut);
        return new End(now, exitCode, timedOut);
    }

    private void requireOpen(AttemptId attempt) throws IOException {
        given(attempt);
    }

    /** The folder of the run's files, then the files that were given. */
    private List<String> given(AttemptId attempt) throws IOException {
        return List.of(
                text(attempt, "files").orElseThrow(() -> unknown(attempt)).split("\n"));
    }

    private static Refused unknown(AttemptId attempt) {
        return Refused.notFound("attempt", attempt);
    }

    private static ArtifactPath folder(AttemptId attempt) {
        return new ArtifactPath("attempts/%s/%d".formatted(attempt.run(), attempt.number()));
    }

    private static ArtifactPath piece(AttemptId attempt, long number) {
        return folder(attempt).resolve("log/%d/%d".formatted(number / PIECES_IN_A_FOLDER, number));
    }

    private static String orderName(String token) {
        return "order-" + Sha256.hex("order of " + token).substring(0, 16);
    }

    private static String plain(String text) {
        return text.replaceAll("[^\\w.-]", "_");
    }

    private Optional<String> text(AttemptId attempt, String name) throws IOException {
        return read(folder(attempt).resolve(name)).map(bytes -> new String(bytes, UTF_8));
    }

    private Optional<byte[]> read(ArtifactPath path) throws IOException {
        if (files.find(path).isEmpty()) {
            return Optional.empty();
        }
        try (var content = files.read(path, 0)) {
            return Optional.of(content.readAllBytes());
        } catch (Refused deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private void write(AttemptId attempt, String name, String text) throws IOException {
        write(attempt, name, text.getBytes(UTF_8));
    }

    private void write(AttemptId attempt, String name, byte[] content) throws IOException {
        files.write(folder(attempt).resolve(name), new ByteArrayInputStream(content));
    }

    private byte[] seal(String token, byte[] content) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, token, nonce).doFinal(content);
            var whole = Arrays.copyOf(nonce, nonce.length + sealed.length);
            System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
            return whole;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has AES/GCM", impossible);
        }
    }

    private static Optional<byte[]> unseal(String token, byte[] sealed) {
        if (sealed.length < NONCE_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, token, Arrays.copyOf(sealed, NONCE_BYTES))
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException damaged) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has AES/GCM", impossible);
        }
    }

    /** A token has more randomness than the key, so its digest is a key. */
    private static Cipher cipher(int mode, String token, byte[] nonce) throws GeneralSecurityException {
        var key = Sha256.newDigest().digest(("key of the order of " + token).getBytes(UTF_8));
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
