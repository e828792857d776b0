package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import jakarta.servlet.RequestDispatcher;
import org.millwright.wire.http.Public;

/** Says what went wrong, in words, and where to go from there. */
@Named
@RequestScoped
@Public("everybody may run into an error")
public class ErrorPage {

    public int getStatus() {
        return attribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status ? status : 404;
    }

    public String getTitle() {
        return title(getStatus());
    }

    public String getSentence() {
        return attribute(RefusalHandler.SENTENCE) instanceof String sentence ? sentence : sentence(getStatus());
    }

    static String title(int status) {
        return switch (status) {
            case 400 -> "That address does not make sense";
            case 401 -> "You are not signed in";
            case 403 -> "You may not do that";
            case 404 -> "There is nothing here";
            case 409 -> "That is not possible now";
            default -> "Something broke on our side";
        };
    }

    private static String sentence(int status) {
        return switch (status) {
            case 403 -> "Your role in this workspace does not allow it. Its owner can give you another.";
            case 404 -> "The address is mistyped, or what it led to was deleted.";
            default -> "The server failed at this; its log says why. Try again in a moment.";
        };
    }

    private static Object attribute(String name) {
        return FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestMap()
                .getOrDefault(name, "");
    }
}
