package org.millwright.portal.shell;

/** One of several views or values that a page offers. @param key as it stands in the address */
public record Choice(String key, String label, String icon) {
    public Choice(String key, String label) {
        this(key, label, "");
    }
}
