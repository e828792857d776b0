package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.millwright.access.app.ProviderSignIn;
import org.millwright.access.model.SessionLife;
import org.millwright.wire.http.Public;

/** The way in. The link or the token itself is taken by a servlet, which also guards where it leads to afterwards. */
@Named
@RequestScoped
@Public("whoever is not signed in yet must see it")
public class SignInPage {
    private final Address address;
    private final SessionLife life;
    private final ProviderSignIn signIn;

    @Inject
    public SignInPage(Address address, SessionLife life, ProviderSignIn signIn) {
        this.address = address;
        this.life = life;
        this.signIn = signIn;
    }

    @SuppressWarnings("NullAway")
    protected SignInPage() {
        this(null, null, null);
    }

    /** A way in. @param address where its button leads */
    public record Way(String label, String address) {}

    /** The identity providers that the operator trusts; none means that people sign in by link and token only. */
    public List<Way> getProviders() {
        return signIn.offered().stream()
                .map(provider -> new Way(
                        provider.label(), "sign-in/%s?next=%s".formatted(provider.name(), Query.encode(getNext()))))
                .toList();
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
