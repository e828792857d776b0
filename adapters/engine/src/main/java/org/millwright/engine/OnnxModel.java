package org.millwright.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A session of ONNX Runtime. */
final class OnnxModel implements LoadedModel {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    OnnxModel(OrtEnvironment environment, OrtSession session, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.environment = environment;
        this.session = session;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public ModelRun newRun() {
        return new OnnxRun();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        }
    }

    private List<Tensor> run(List<Tensor> values, OrtSession.RunOptions options) throws OrtException {
        Map<String, OnnxTensor> bound = HashMap.newHashMap(values.size());
        try {
            for (var index = 0; index < values.size(); index++) {
                bound.put(inputs.get(index).name(), bind(values.get(index)));
            }
            try (var result = session.run(bound, options)) {
                var answers = new ArrayList<Tensor>(outputs.size());
                for (var index = 0; index < result.size(); index++) {
                    answers.add(read(result.get(index), outputs.get(index).datatype()));
                }
                return answers;
            }
        } finally {
            OnnxValue.close(bound);
        }
    }

    private OnnxTensor bind(Tensor tensor) throws OrtException {
        return tensor.datatype() == Datatype.BYTES
                ? OnnxTensor.createTensor(environment, tensor.texts(), tensor.shape())
                : OnnxTensor.createTensor(environment, tensor.bytes(), tensor.shape(), onnxType(tensor.datatype()));
    }

    private static OnnxJavaType onnxType(Datatype datatype) {
        return switch (datatype) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BYTES -> OnnxJavaType.STRING;
        };
    }

    private static Tensor read(OnnxValue value, Datatype datatype) throws OrtException {
        return switch (value) {
            case OnnxTensor texts
            when datatype == Datatype.BYTES -> {
                var flat = new ArrayList<String>();
                flatten(texts.getValue(), flat);
                yield Tensor.texts(texts.getInfo().getShape(), flat.toArray(String[]::new));
            }
            case OnnxTensor numbers ->
                Tensor.numbers(datatype, numbers.getInfo().getShape(), numbers.getByteBuffer());
            case OnnxSequence rows -> table(rows, datatype);
            default -> throw new IllegalStateException("unexpected output " + value);
        };
    }

    private static void flatten(Object nested, List<String> flat) {
        if (nested instanceof Object[] parts) {
            for (var part : parts) {
                flatten(part, flat);
            }
        } else {
            flat.add((String) nested);
        }
    }

    /** A map per row, from class to probability, as one row of numbers in the order of the classes. */
    private static Tensor table(OnnxSequence rows, Datatype datatype) throws OrtException {
        var maps = rows.getValue();
        ByteBuffer numbers = null;
        var width = 0;
        try {
            for (var row : maps) {
                var values = new TreeMap<Object, Object>(((OnnxMap) row).getValue()).values();
                if (numbers == null) {
                    width = values.size();
                    numbers = ByteBuffer.allocate(maps.size() * width * datatype.bytes())
                            .order(ByteOrder.nativeOrder());
                }
                for (var value : values) {
                    switch (value) {
                        case Float number -> numbers.putFloat(number);
                        case Double number -> numbers.putDouble(number);
                        case Long number -> numbers.putLong(number);
                        default -> throw new IllegalStateException("unexpected probability " + value);
                    }
                }
            }
        } finally {
            OnnxValue.close(maps);
        }
        var filled = numbers == null ? ByteBuffer.allocate(0) : numbers.flip();
        return Tensor.numbers(datatype, new long[] {maps.size(), width}, filled);
    }

    private final class OnnxRun implements ModelRun {
        private final OrtSession.RunOptions options;
        private boolean stopped;
        private boolean closed;

        OnnxRun() {
            try {
                options = new OrtSession.RunOptions();
            } catch (OrtException outOfMemory) {
                throw new IllegalStateException(outOfMemory);
            }
        }

        @Override
        public List<Tensor> run(List<Tensor> values) {
            try {
                return OnnxModel.this.run(values, options);
            } catch (OrtException failed) {
                throw new ModelRunFailed(OnnxEngine.words(failed), wasStopped(), failed);
            }
        }

        private synchronized boolean wasStopped() {
            return stopped;
        }

        @Override
        public synchronized void stop() {
            if (closed) {
                return;
            }
            stopped = true;
            try {
                options.setTerminate(true);
            } catch (OrtException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            options.close();
        }
    }
}
