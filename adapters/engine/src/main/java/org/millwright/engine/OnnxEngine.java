package org.millwright.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * ONNX Runtime inside this JVM.
 *
 * <p>Each run uses the calling thread alone: requests come side by side, and threads of one run would only compete with
 * those of another. ONNX Runtime keeps one environment per class loader and frees it when the process ends.
 */
public final class OnnxEngine implements ScoringEngine {
    private static final Pattern SOURCE_PLACE = Pattern.compile("\\S+\\.(cc|h):\\d+ [^()]*\\([^()]*\\)( const)? ?");

    private final OrtEnvironment environment;

    /** @throws ModelLoadFailed if the engine's native library does not run on this machine */
    public OnnxEngine() {
        // Every failure is thrown and worded by us; the engine's own log would repeat each bad request on stderr.
        try {
            environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "millwright");
        } catch (LinkageError unsupported) {
            throw new ModelLoadFailed("ONNX Runtime does not run on this machine: " + unsupported, unsupported);
        }
    }

    @Override
    public LoadedModel load(Path modelPath) {
        var file = ModelLocator.onnxFile(modelPath);
        OnnxFileForm.check(file);
        var session = open(file);
        try {
            return new OnnxModel(
                    environment,
                    session,
                    specs("input", session.getInputInfo().values()),
                    specs("output", session.getOutputInfo().values()));
        } catch (OrtException | ModelLoadFailed unusable) {
            close(session);
            throw unusable instanceof ModelLoadFailed reason ? reason : failed(file, (OrtException) unusable);
        }
    }

    private OrtSession open(Path file) {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return environment.createSession(file.toAbsolutePath().toString(), options);
        } catch (OrtException refused) {
            throw failed(file, refused);
        }
    }

    private static ModelLoadFailed failed(Path file, OrtException refused) {
        // ONNX Runtime repeats the whole path, which belongs to the server and not into an answer.
        var words = words(refused).replace(file.toAbsolutePath().getParent() + "/", "");
        var reason = words.toLowerCase(Locale.ROOT).contains("external data")
                ? "data that the model keeps in a file of its own is missing or unreadable: "
                : switch (refused.getCode()) {
                    case ORT_INVALID_PROTOBUF -> "not an ONNX model: ";
                    case ORT_NO_SUCHFILE -> "a file of the model is missing: ";
                    case ORT_NOT_IMPLEMENTED -> "the model uses an operator that ONNX Runtime does not have: ";
                    default -> "ONNX Runtime cannot load the model: ";
                };
        return new ModelLoadFailed(reason + words, refused);
    }

    /** The engine's message without its error code and the places in its own source. */
    static String words(OrtException exception) {
        var message = String.valueOf(exception.getMessage()).replaceFirst("^Error code - \\w+ - message: ", "");
        return SOURCE_PLACE.matcher(message).replaceAll("").strip();
    }

    private static List<TensorSpec> specs(String side, Collection<NodeInfo> nodes) {
        return nodes.stream().map(node -> spec(side, node)).toList();
    }

    private static TensorSpec spec(String side, NodeInfo node) {
        return switch (node.getInfo()) {
            case TensorInfo tensor ->
                new TensorSpec(
                        node.getName(),
                        datatype(side, node.getName(), tensor.type),
                        Arrays.stream(tensor.getShape()).boxed().toList());
            // scikit-learn's converter makes such an output unless it is told zipmap=False.
            case SequenceInfo maps
            when maps.isSequenceOfMaps() && side.equals("output") ->
                new TensorSpec(
                        node.getName(), datatype(side, node.getName(), maps.mapInfo.valueType), List.of(-1L, -1L));
            default ->
                throw new ModelLoadFailed(
                        "the %s '%s' is not a tensor, and only tensors are served".formatted(side, node.getName()));
        };
    }

    private static Datatype datatype(String side, String name, OnnxJavaType type) {
        return switch (type) {
            case BOOL -> Datatype.BOOL;
            case UINT8 -> Datatype.UINT8;
            case INT8 -> Datatype.INT8;
            case INT16 -> Datatype.INT16;
            case INT32 -> Datatype.INT32;
            case INT64 -> Datatype.INT64;
            case FLOAT16 -> Datatype.FP16;
            case FLOAT -> Datatype.FP32;
            case DOUBLE -> Datatype.FP64;
            case STRING -> Datatype.BYTES;
            case BFLOAT16, UNKNOWN ->
                throw new ModelLoadFailed("the %s '%s' has an element type that is not served".formatted(side, name));
        };
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        }
    }
}
