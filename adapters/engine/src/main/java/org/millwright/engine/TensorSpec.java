package org.millwright.engine;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a model takes or gives under one name.
 *
 * @param shape the size of each dimension, -1 where it may vary (usually the first: the rows); empty for a scalar
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) {
    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** As people write it: {@code x FP32[-1,30]}. */
    @Override
    public String toString() {
        return name + " " + datatype + shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }
}
