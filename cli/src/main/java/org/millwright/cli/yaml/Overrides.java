package org.millwright.cli.yaml;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.yaml.YamlValue.Entry;
import org.millwright.cli.yaml.YamlValue.Mapping;

/** Values of the command line that take the place of values in the file: {@code --set inputs.rate=0.1}. */
public final class Overrides {
    private Overrides() {}

    /**
     * @param settings each {@code path=value}; the value is read as YAML
     * @throws CommandFailed with USAGE when one has no path or no '='
     */
    public static Mapping apply(Mapping document, List<String> settings, Problems problems) {
        var changed = document;
        for (var setting : settings) {
            var equals = setting.indexOf('=');
            var path = equals < 0 ? setting : setting.substring(0, equals);
            if (equals < 0 || List.of(path.split("\\.", -1)).contains("")) {
                throw CommandFailed.usage(
                        "'--set %s' is not of the form a.b=value".formatted(setting),
                        "For example: --set inputs.rate=0.1");
            }
            var place = Place.option("--set " + path);
            var value = YamlFile.value(place, setting.substring(equals + 1), problems)
                    .orElse(null);
            if (value != null) {
                changed = put(changed, List.of(path.split("\\.")), value);
            }
        }
        return changed;
    }

    private static Mapping put(@Nullable Mapping mapping, List<String> path, YamlValue value) {
        var key = path.getFirst();
        var entries = new ArrayList<Entry>(mapping == null ? List.of() : mapping.entries());
        var inner =
                entries.stream().filter(e -> e.key().equals(key)).findFirst().orElse(null);
        var next = path.size() == 1
                ? value
                : put(
                        inner != null && inner.value() instanceof Mapping below ? below : null,
                        path.subList(1, path.size()),
                        value);
        if (inner == null) {
            entries.add(new Entry(value.place(), key, next));
        } else {
            entries.set(entries.indexOf(inner), new Entry(inner.keyPlace(), key, next));
        }
        return new Mapping(mapping == null ? value.place() : mapping.place(), entries);
    }
}
