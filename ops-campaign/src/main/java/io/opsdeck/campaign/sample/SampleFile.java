package io.opsdeck.campaign.sample;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A file of the sample as it is given to the import: the retailer's rows with their dates moved. In loading order. */
enum SampleFile {
    DEMOGRAPHICS(
            "demographics.csv.gz",
            "{\"kind\":\"profiles\",\"columns\":{\"household_id\":\"userId\",\"age\":\"traits.age:text\","
                    + "\"income\":\"traits.income:text\",\"home_ownership\":\"traits.home_ownership:text\","
                    + "\"marital_status\":\"traits.marital_status:text\",\"household_size\":\"traits.household_size:text\","
                    + "\"household_comp\":\"traits.household_comp:text\",\"kids_count\":\"traits.kids_count:text\",\"known_date\":\"timestamp\"}}"),
    TARGETINGS(
            "campaign_targetings.csv.gz",
            "{\"kind\":\"events\",\"event\":\"Campaign Targeted\",\"columns\":{\"household_id\":\"userId\","
                    + "\"campaign_id\":\"properties.campaign_id:text\",\"campaign_type\":\"properties.campaign_type:text\","
                    + "\"start_date\":\"timestamp\",\"end_date\":\"properties.ends_on:text\"}}"),
    TRANSACTIONS(
            "transactions.csv.gz",
            "{\"kind\":\"events\",\"event\":\"Order Completed\",\"groupBy\":\"basket_id\",\"items\":\"products\","
                    + "\"columns\":{\"household_id\":\"userId\",\"basket_id\":\"properties.order_id:text\","
                    + "\"store_id\":\"properties.store_id:text\",\"product_id\":\"items.product_id:text\","
                    + "\"quantity\":\"items.quantity:number\",\"sales_value\":[\"items.value:number\",\"sum.revenue\"],"
                    + "\"retail_disc\":\"sum.retail_discount\",\"coupon_disc\":\"sum.coupon_discount\","
                    + "\"coupon_match_disc\":\"sum.coupon_match_discount\",\"transaction_timestamp\":\"timestamp\"}}"),
    REDEMPTIONS(
            "coupon_redemptions.csv.gz",
            "{\"kind\":\"events\",\"event\":\"Coupon Redeemed\",\"columns\":{\"household_id\":\"userId\","
                    + "\"coupon_upc\":\"properties.coupon_id:text\",\"campaign_id\":\"properties.campaign_id:text\","
                    + "\"campaign_type\":\"properties.campaign_type:text\",\"redemption_date\":\"timestamp\"}}");

    /** The last purchase of the data. */
    static final LocalDateTime LAST = LocalDateTime.of(2017, 12, 31, 22, 47, 38);

    private static final LocalDate FIRST_DAY = LocalDate.of(2017, 1, 1);
    private static final String MISSING = "NA";

    private final String fileName;
    private final String mapping;

    SampleFile(String fileName, String mapping) {
        this.fileName = fileName;
        this.mapping = mapping;
    }

    String fileName() {
        return fileName;
    }

    /** How the import reads it. */
    String mapping() {
        return mapping;
    }

    /** The gzipped CSV with all dates {@code days} later; at most 2 MB. */
    InputStream content(int days) throws IOException {
        return switch (this) {
            case DEMOGRAPHICS -> written(knownSinceTheBeginning(rows("demographics")), days);
            case TRANSACTIONS -> written(rows("transactions_sample"), days);
            case TARGETINGS -> written(withCampaign(rows("campaigns")), days);
            case REDEMPTIONS -> written(withCampaign(rows("coupon_redemptions")), days);
        };
    }

    /** Undated in the data; today's date would make everybody look active. */
    private static List<Map<String, String>> knownSinceTheBeginning(List<Map<String, String>> rows) {
        rows.forEach(row -> row.put("known_date", FIRST_DAY.toString()));
        return rows;
    }

    private static List<Map<String, String>> withCampaign(List<Map<String, String>> rows) throws IOException {
        Map<String, Map<String, String>> campaigns = new HashMap<>();
        rows("campaign_descriptions").forEach(campaign -> campaigns.put(campaign.get("campaign_id"), campaign));
        for (Map<String, String> row : rows) {
            Map<String, String> campaign = campaigns.getOrDefault(row.get("campaign_id"), Map.of());
            campaign.forEach(row::putIfAbsent);
        }
        return rows;
    }

    private static List<Map<String, String>> rows(String name) throws IOException {
        var rows = new ArrayList<Map<String, String>>();
        var resource = SampleFile.class.getResourceAsStream("/sample/cj_" + name + ".csv.gz");
        if (resource == null) {
            throw new IllegalStateException("the sample lacks " + name);
        }
        try (var csv = CsvReader.builder().ofNamedCsvRecord(new GZIPInputStream(resource), StandardCharsets.UTF_8)) {
            for (NamedCsvRecord row : csv) {
                rows.add(new java.util.LinkedHashMap<>(row.getFieldsAsMap()));
            }
        }
        return rows;
    }

    private static InputStream written(List<Map<String, String>> rows, int days) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var csv = CsvWriter.builder().build(new GZIPOutputStream(bytes))) {
            csv.writeRecord(rows.get(0).keySet());
            for (Map<String, String> row : rows) {
                csv.writeRecord(row.entrySet().stream()
                        .map(cell -> moved(cell.getKey(), cell.getValue(), days))
                        .toList());
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static String moved(String column, String value, int days) {
        if (value.equals(MISSING)) {
            return "";
        }
        if (column.endsWith("_date")) {
            return LocalDate.parse(value).plusDays(days).toString();
        }
        return column.endsWith("_timestamp")
                ? LocalDateTime.parse(value).plusDays(days).toString()
                : value;
    }
}
