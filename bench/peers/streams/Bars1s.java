// 1 s bars with Kafka Streams, each record once: a store of the open bars with its changelog, which the library commits together with
// the bars and the offset. The store is in memory and has its cache, by which a bar costs a changelog record for each commit and not
// for each tick. Usage: Bars1s TOPIC OUTPUT GROUP RECORDS. Once it has all records, it closes what is open and ends.

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

public final class Bars1s implements Processor<byte[], byte[], byte[], byte[]> {
  private static final String STORE = "open";
  private static final long GRACE_S = 2;
  private static final int THREADS = 2;
  private static final int PARTITIONS = 4;
  private static final Duration END_CHECK = Duration.ofMillis(50);
  private static final JsonFactory JSON = new JsonFactory();

  private static final AtomicLong taken = new AtomicLong();
  private static final CountDownLatch ended = new CountDownLatch(PARTITIONS);

  private final long records;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<byte[], byte[]> open;
  private long newest = -1;
  private boolean isEnded;

  // The tick that was parsed last.
  private byte[] symbol;
  private long eventNs;
  private double price;
  private double volume;

  private Bars1s(long records) {
    this.records = records;
  }

  public static void main(String[] args) throws Exception {
    long records = Long.parseLong(args[3]);
    Topology topology = new Topology();
    topology.addSource("ticks", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), args[0]);
    topology.addProcessor("bars", () -> new Bars1s(records), "ticks");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
            .withCachingEnabled()
            .withLoggingEnabled(Map.of()),
        "bars");
    topology.addSink("output", args[1], Serdes.ByteArray().serializer(), Serdes.ByteArray().serializer(), "bars");

    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[2]);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("KAFKA_BROKERS"));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("bars1s-streams").toString());
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    settings.put(StreamsConfig.consumerPrefix("max.poll.records"), 5000);

    try (KafkaStreams streams = new KafkaStreams(topology, settings)) {
      streams.setUncaughtExceptionHandler(
          error -> {
            System.err.println("bars1s: " + error);
            Runtime.getRuntime().halt(1);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
      ended.await();
    }
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> given) {
    context = given;
    open = given.getStateStore(STORE);
    try (KeyValueIterator<byte[], byte[]> bars = open.all()) {
      while (bars.hasNext()) newest = Math.max(newest, secondOf(bars.next().key));
    }
    given.schedule(END_CHECK, PunctuationType.WALL_CLOCK_TIME, now -> endWhereAllIsRead());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    taken.incrementAndGet();
    parse(record.value());
    long second = eventNs / 1_000_000_000;
    if (second < newest - GRACE_S) return;
    byte[] key = ByteBuffer.allocate(8 + symbol.length).putLong(second).put(symbol).array();
    byte[] bar = open.get(key);
    open.put(key, bar == null ? firstOf(eventNs, price, volume) : extended(bar));
    if (second <= newest) return;
    newest = second;
    closeBefore(second - GRACE_S, record.timestamp());
  }

  private void endWhereAllIsRead() {
    if (isEnded || taken.get() < records) return;
    isEnded = true;
    closeBefore(Long.MAX_VALUE, context.currentStreamTimeMs());
    ended.countDown();
  }

  /** Writes the bars of all seconds before one, in their order. */
  private void closeBefore(long second, long timestamp) {
    byte[] from = new byte[8];
    byte[] to = ByteBuffer.allocate(8).putLong(second).array();
    List<KeyValue<byte[], byte[]>> closed = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> bars = open.range(from, to)) {
      while (bars.hasNext()) closed.add(bars.next());
    }
    for (KeyValue<byte[], byte[]> bar : closed) {
      String name = new String(bar.key, 8, bar.key.length - 8, StandardCharsets.US_ASCII);
      context.forward(new Record<>(name.getBytes(StandardCharsets.US_ASCII), textOf(name, secondOf(bar.key), bar.value), timestamp));
      open.delete(bar.key);
    }
  }

  private void parse(byte[] value) {
    try (JsonParser parser = JSON.createParser(value)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "symbol" -> symbol = parser.getText().getBytes(StandardCharsets.US_ASCII);
          case "event_ts" -> eventNs = parser.getLongValue();
          case "ltp" -> price = parser.getDoubleValue();
          case "vol" -> volume = parser.getDoubleValue();
          default -> parser.skipChildren();
        }
      }
    } catch (IOException error) {
      throw new IllegalArgumentException(error);
    }
  }

  // A bar in the store: time of open and close in ns, open, high, low, close, volume, ticks.
  private static byte[] firstOf(long ns, double price, double volume) {
    ByteBuffer bar = ByteBuffer.allocate(64).putLong(ns).putLong(ns);
    return bar.putDouble(price).putDouble(price).putDouble(price).putDouble(price).putDouble(volume).putLong(1).array();
  }

  private byte[] extended(byte[] old) {
    ByteBuffer bar = ByteBuffer.wrap(old.clone());
    if (eventNs < bar.getLong(0)) bar.putLong(0, eventNs).putDouble(16, price);
    if (eventNs >= bar.getLong(8)) bar.putLong(8, eventNs).putDouble(40, price);
    bar.putDouble(24, Math.max(bar.getDouble(24), price));
    bar.putDouble(32, Math.min(bar.getDouble(32), price));
    bar.putDouble(48, bar.getDouble(48) + volume);
    bar.putLong(56, bar.getLong(56) + 1);
    return bar.array();
  }

  private static byte[] textOf(String name, long second, byte[] value) {
    ByteBuffer bar = ByteBuffer.wrap(value);
    String text =
        "{\"symbol\":\"" + name + "\",\"tf\":\"1s\",\"ts\":" + second
            + ",\"o\":" + bar.getDouble(16) + ",\"h\":" + bar.getDouble(24) + ",\"l\":" + bar.getDouble(32) + ",\"c\":" + bar.getDouble(40)
            + ",\"vol\":" + plain(bar.getDouble(48)) + ",\"n_trades\":" + bar.getLong(56) + "}";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String plain(double number) {
    return number == Math.rint(number) && number < 1e15 ? Long.toString((long) number) : Double.toString(number);
  }

  private static long secondOf(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }
}
