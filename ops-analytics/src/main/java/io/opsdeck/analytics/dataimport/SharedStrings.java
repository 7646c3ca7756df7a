package io.opsdeck.analytics.dataimport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The texts that the cells of a workbook share, as UTF-8 in pages, with 8 bytes for where each stands. Both together are
 * at most {@value #MOST_BYTES} bytes.
 */
final class SharedStrings {

    static final SharedStrings NONE = new SharedStrings();

    private static final int MOST_BYTES = 100 << 20;
    private static final int PAGE = 1 << 20;

    private final List<byte[]> pages = new ArrayList<>();
    private int used = PAGE;
    private long[] places = new long[64];
    private int count;

    private SharedStrings() {}

    static SharedStrings read(WorkbookPart part) {
        var strings = new SharedStrings();
        while (part.next()) {
            if (part.starts("si")) {
                strings.add(part.runs().getBytes(StandardCharsets.UTF_8));
            }
        }
        return strings;
    }

    String get(int index) {
        if (index < 0 || index >= count) {
            throw ImportError.FILE_NOT_READABLE.at("/file");
        }
        long place = places[index];
        byte[] page = pages.get((int) (place >>> 40));
        return new String(page, (int) (place >>> 20) & (PAGE - 1), (int) place & (PAGE - 1), StandardCharsets.UTF_8);
    }

    private void add(byte[] text) {
        if (used + text.length >= PAGE) {
            pages.add(new byte[PAGE]);
            used = 0;
        }
        if ((long) pages.size() * PAGE + 8L * count > MOST_BYTES) {
            throw ImportError.TOO_MUCH_TEXT.at("/file", MOST_BYTES >> 20);
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, count + (count >> 1));
        }
        System.arraycopy(text, 0, pages.get(pages.size() - 1), used, text.length);
        places[count] = (long) (pages.size() - 1) << 40 | (long) used << 20 | text.length;
        count++;
        used += text.length;
    }
}
