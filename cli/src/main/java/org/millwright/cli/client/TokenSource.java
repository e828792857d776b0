package org.millwright.cli.client;

import java.io.IOException;

/** What requests are signed with. */
public interface TokenSource {

    /** One that should be good now. @throws IOException if it cannot be had */
    String token() throws IOException;

    /**
     * Gets another, because the server took this one no more.
     *
     * @return whether there is another to try
     */
    boolean renew(String refused) throws IOException;

    /** One that is what it is. */
    static TokenSource of(String token) {
        return new TokenSource() {
            @Override
            public String token() {
                return token;
            }

            @Override
            public boolean renew(String refused) {
                return false;
            }
        };
    }
}
