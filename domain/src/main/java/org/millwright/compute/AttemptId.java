package org.millwright.compute;

/**
 * Names one try at a run. The number grows with each try and fences off the ones before: whoever speaks for an older
 * number is not listened to.
 */
public record AttemptId(String run, int number) {
    @Override
    public String toString() {
        return run + "#" + number;
    }
}
