package org.millwright.shared;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells the addresses of the public network from all others, by IANA's registries of special-purpose addresses (RFC 6890).
 *
 * <p>IPv4 is public but for the blocks listed. IPv6 is public only where addresses are given out (2000::/3) and not in
 * the blocks listed; of NAT64 (RFC 6052) the IPv4 address inside counts. Other forms that carry an IPv4 address are
 * refused altogether; Java reads an IPv4-mapped one as IPv4.
 */
public final class PublicAddresses {
    private static final List<Block> SPECIAL_IPV4 = blocks(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by carriers; some clouds keep their metadata there
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // Azure's own service on each machine
            "169.254.0.0/16", // link-local; the clouds' metadata
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; one cloud's metadata
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // relays of 6to4
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, and broadcast
    private static final List<Block> PUBLIC_IPV6 = blocks("2000::/3");
    private static final List<Block> SPECIAL_IPV6 = blocks(
            "2001::/23", // protocol assignments, Teredo
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "3fff::/20"); // documentation
    private static final List<Block> NAT64 = blocks("64:ff9b::/96");

    private PublicAddresses() {}

    public static boolean contain(InetAddress address) {
        if (address instanceof Inet4Address) {
            return !isIn(SPECIAL_IPV4, address);
        }
        return isIn(NAT64, address)
                ? contain(embeddedIn(address))
                : isIn(PUBLIC_IPV6, address) && !isIn(SPECIAL_IPV6, address);
    }

    private static InetAddress embeddedIn(InetAddress nat64) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(nat64.getAddress(), 12, 16));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("Four bytes are an IPv4 address", impossible);
        }
    }

    private static boolean isIn(List<Block> blocks, InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address.getAddress()));
    }

    private static List<Block> blocks(String... texts) {
        return Stream.of(texts).map(Block::parse).toList();
    }

    /** All addresses that begin with the same bits. */
    private record Block(byte[] start, int bits) {
        static Block parse(String text) {
            var slash = text.indexOf('/');
            return new Block(
                    InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
                    Integer.parseInt(text.substring(slash + 1)));
        }

        boolean contains(byte[] address) {
            if (address.length != start.length) {
                return false;
            }
            for (var bit = 0; bit < bits; bit++) {
                var mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (start[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
