package org.millwright.compute;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Azure's names of machine sizes that training jobs usually ask for, with what such a machine has. */
public final class VmSizes {
    private static final long GIB = 1L << 30;
    private static final int MOST_LIKE = 6;
    private static final Map<String, VmSize> BY_NAME = new LinkedHashMap<>();

    static {
        add("Standard_B2s", 2, 4, 0);
        add("Standard_B2ms", 2, 8, 0);
        add("Standard_B4ms", 4, 16, 0);
        add("Standard_A1_v2", 1, 2, 0);
        add("Standard_A2_v2", 2, 4, 0);
        add("Standard_A4_v2", 4, 8, 0);
        add("Standard_D1", 1, 3.5, 0);
        add("Standard_D2", 2, 7, 0);
        add("Standard_D3", 4, 14, 0);
        add("Standard_D4", 8, 28, 0);
        add("Standard_D11", 2, 14, 0);
        add("Standard_D12", 4, 28, 0);
        add("Standard_D13", 8, 56, 0);
        add("Standard_D14", 16, 112, 0);
        add("Standard_D1_v2", 1, 3.5, 0);
        add("Standard_D2_v2", 2, 7, 0);
        add("Standard_D3_v2", 4, 14, 0);
        add("Standard_D4_v2", 8, 28, 0);
        add("Standard_D5_v2", 16, 56, 0);
        add("Standard_D11_v2", 2, 14, 0);
        add("Standard_D12_v2", 4, 28, 0);
        add("Standard_D13_v2", 8, 56, 0);
        add("Standard_D14_v2", 16, 112, 0);
        add("Standard_DS1_v2", 1, 3.5, 0);
        add("Standard_DS2_v2", 2, 7, 0);
        add("Standard_DS3_v2", 4, 14, 0);
        add("Standard_DS4_v2", 8, 28, 0);
        add("Standard_DS5_v2", 16, 56, 0);
        add("Standard_DS11_v2", 2, 14, 0);
        add("Standard_DS12_v2", 4, 28, 0);
        add("Standard_DS13_v2", 8, 56, 0);
        add("Standard_DS14_v2", 16, 112, 0);
        add("Standard_D2s_v3", 2, 8, 0);
        add("Standard_D4s_v3", 4, 16, 0);
        add("Standard_D8s_v3", 8, 32, 0);
        add("Standard_D16s_v3", 16, 64, 0);
        add("Standard_D32s_v3", 32, 128, 0);
        add("Standard_D64s_v3", 64, 256, 0);
        add("Standard_E2s_v3", 2, 16, 0);
        add("Standard_E4s_v3", 4, 32, 0);
        add("Standard_E8s_v3", 8, 64, 0);
        add("Standard_E16s_v3", 16, 128, 0);
        add("Standard_E32s_v3", 32, 256, 0);
        add("Standard_E64s_v3", 64, 432, 0);
        add("Standard_E4ds_v4", 4, 32, 0);
        add("Standard_F2s_v2", 2, 4, 0);
        add("Standard_F4s_v2", 4, 8, 0);
        add("Standard_F8s_v2", 8, 16, 0);
        add("Standard_F16s_v2", 16, 32, 0);
        add("Standard_F32s_v2", 32, 64, 0);
        add("Standard_F64s_v2", 64, 128, 0);
        add("Standard_F72s_v2", 72, 144, 0);
        add("Standard_M64ms", 64, 1750, 0);
        add("Standard_M128ms", 128, 3800, 0);
        add("Standard_NC6", 6, 56, 1);
        add("Standard_NC12", 12, 112, 2);
        add("Standard_NC24", 24, 224, 4);
        add("Standard_NC6s_v2", 6, 112, 1);
        add("Standard_NC6s_v3", 6, 112, 1);
        add("Standard_NC12s_v3", 12, 224, 2);
        add("Standard_NC24s_v3", 24, 448, 4);
        add("Standard_NC24rs_v3", 24, 448, 4);
        add("Standard_NC4as_T4_v3", 4, 28, 1);
        add("Standard_NC8as_T4_v3", 8, 56, 1);
        add("Standard_NC16as_T4_v3", 16, 110, 1);
        add("Standard_NC64as_T4_v3", 64, 440, 4);
        add("Standard_NC24ads_A100_v4", 24, 220, 1);
        add("Standard_NC48ads_A100_v4", 48, 440, 2);
        add("Standard_NC96ads_A100_v4", 96, 880, 4);
        add("Standard_NC40ads_H100_v5", 40, 320, 1);
        add("Standard_NC80adis_H100_v5", 80, 640, 2);
        add("Standard_ND40rs_v2", 40, 672, 8);
        add("Standard_ND96asr_v4", 96, 900, 8);
        add("Standard_ND96amsr_A100_v4", 96, 1900, 8);
        add("Standard_ND96isr_H100_v5", 96, 1900, 8);
        add("Standard_NV6", 6, 56, 1);
        add("Standard_NV12s_v3", 12, 112, 1);
        add("Standard_NV36ads_A10_v5", 36, 440, 1);
    }

    private VmSizes() {}

    private static void add(String name, int cpus, double gib, int gpus) {
        BY_NAME.put(key(name), new VmSize(name, cpus, (long) (gib * GIB), gpus));
    }

    /** In whatever case it is written: Azure's tools write {@code STANDARD_DS3_V2}. */
    public static Optional<VmSize> find(String name) {
        return Optional.ofNullable(BY_NAME.get(key(name)));
    }

    public static Collection<VmSize> all() {
        return Collections.unmodifiableCollection(BY_NAME.values());
    }

    /** Names that begin as this one does, as far as any does. */
    static List<String> namesLike(String name) {
        for (var length = name.length(); length >= 0; length--) {
            var start = key(name.substring(0, length));
            var like = BY_NAME.values().stream()
                    .map(VmSize::name)
                    .filter(known -> key(known).startsWith(start))
                    .limit(MOST_LIKE)
                    .toList();
            if (!like.isEmpty()) {
                return like;
            }
        }
        return List.of();
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
