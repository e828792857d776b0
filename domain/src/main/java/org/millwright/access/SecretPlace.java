package org.millwright.access;

/**
 * Where a sealed value is kept. What was sealed for one place opens at no other, so a value that somebody copies from row to
 * row is of no use there.
 *
 * @param kind of thing that it belongs to, such as {@code webhook}
 * @param id tells the thing, and which of its values, from every other of the kind
 */
public record SecretPlace(String kind, String id) {
    @Override
    public String toString() {
        return kind + "/" + id;
    }
}
