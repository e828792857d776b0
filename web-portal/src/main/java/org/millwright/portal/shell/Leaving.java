package org.millwright.portal.shell;

import jakarta.faces.context.FacesContext;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Leads the reader on from a page that has done its work. */
public final class Leaving {
    private Leaving() {}

    /** @param address of another page, relative to this one */
    public static void to(String address) {
        try {
            FacesContext.getCurrentInstance().getExternalContext().redirect(address);
        } catch (IOException browserGone) {
            throw new UncheckedIOException(browserGone);
        }
    }
}
