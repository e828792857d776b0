package org.millwright.planted;

import java.io.IOException;
import java.net.Socket;

/** Calls an address by itself. */
public final class PlantedCall {
    private PlantedCall() {}

    public static void call(String host) throws IOException {
        new Socket(host, 80).close();
    }
}
