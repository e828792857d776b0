package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.millwright.wire.http.Public;

/** The way in. The link or the token itself is taken by a servlet, which also guards where it leads to afterwards. */
@Named
@RequestScoped
@Public("whoever is not signed in yet must see it")
public class SignInPage {
    private final Address address;

    @Inject
    public SignInPage(Address address) {
        this.address = address;
    }

    @SuppressWarnings("NullAway")
    protected SignInPage() {
        this(null);
    }

    /** Why the last attempt was refused; empty when there was none. */
    public String getRefusal() {
        return address.text("refused");
    }

    /** Where the reader wanted to go. */
    public String getNext() {
        return address.text("next");
    }
}
