package org.millwright.inference;

import java.util.Arrays;

/** Where in a body the reader is, so that an error can name it: {@code input_data.data[3][7]}. */
final class Place {
    private final String root;
    private int[] indexes = new int[4];
    private int depth;

    Place(String root) {
        this.root = root;
    }

    Place field(String name) {
        return new Place(this + "." + name);
    }

    /** Goes into a list, before its first element. */
    void enter() {
        if (depth == indexes.length) {
            indexes = Arrays.copyOf(indexes, depth * 2);
        }
        indexes[depth++] = -1;
    }

    /** Goes to the next element of the list. */
    void next() {
        indexes[depth - 1]++;
    }

    /** Leaves the list; the place is the list itself again. */
    void leave() {
        depth--;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(root);
        for (var level = 0; level < depth; level++) {
            text.append('[').append(indexes[level]).append(']');
        }
        return text.toString();
    }
}
