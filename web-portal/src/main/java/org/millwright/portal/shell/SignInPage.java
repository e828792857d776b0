package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.millwright.access.model.SessionLife;
import org.millwright.wire.http.Public;

/** The way in. The link or the token itself is taken by a servlet, which also guards where it leads to afterwards. */
@Named
@RequestScoped
@Public("whoever is not signed in yet must see it")
public class SignInPage {
    private final Address address;
    private final SessionLife life;

    @Inject
    public SignInPage(Address address, SessionLife life) {
        this.address = address;
        this.life = life;
    }

    @SuppressWarnings("NullAway")
    protected SignInPage() {
        this(null, null);
    }

    /** Why the last attempt was refused; empty when there was none. */
    public String getRefusal() {
        return address.text("refused");
    }

    /** The one-time link that the reader followed. */
    public String getLink() {
        return address.text("link");
    }

    /** How long the session will last. */
    public String getSessionLife() {
        return "The session ends after %d minutes without use, and after %d hours."
                .formatted(life.idle().toMinutes(), life.longest().toHours());
    }

    /** Where the reader wanted to go. */
    public String getNext() {
        return address.text("next");
    }
}
