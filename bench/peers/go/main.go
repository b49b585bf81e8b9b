// 1 s bars on Kafka in Go, as fast as franz-go allows and with the semantics of qf: exact times and volumes, late ticks and bad
// records refused with a reason, trade ids, sorted bars, and bars, refusals, state and offset in one transaction, so that a process
// that is started again goes on where the last one was. Usage: bars1s TOPIC OUTPUT GROUP. It reads to the end and closes what is open;
// where PERF_UNTIL is set to nothing, it goes on until it is stopped.
//
// One transactional id for the process, not for each partition: of two processes in a group only what the group says keeps them apart.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const commitInterval = 100 * time.Millisecond

type app struct {
	ctx        context.Context
	client     *kgo.Client
	brokers    []string
	topic      string
	output     string
	state      string
	ends       kadm.ListedOffsets
	endless    bool
	partitions map[int32]*partition
}

func main() {
	topic, output, group := os.Args[1], os.Args[2], os.Args[3]
	until, isSet := os.LookupEnv("PERF_UNTIL")
	a := &app{
		ctx:        context.Background(),
		brokers:    strings.Split(os.Getenv("KAFKA_BROKERS"), ","),
		topic:      topic,
		output:     output,
		state:      "peer.state." + group,
		partitions: map[int32]*partition{},
		endless:    isSet && until == "",
	}
	check(a.prepare())
	client, err := kgo.NewClient(
		kgo.SeedBrokers(a.brokers...),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.DisableAutoCommit(),
		kgo.SessionTimeout(10*time.Second),
		kgo.AdjustFetchOffsetsFn(a.resume),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxPartitionBytes(1<<20),
		kgo.MaxConcurrentFetches(4),
		kgo.KeepControlRecords(),
		kgo.TransactionalID(group),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ProducerLinger(0),
		kgo.MaxBufferedRecords(1_000_000),
	)
	check(err)
	a.client = client
	defer client.Close()
	check(a.run())
}

// The ends of the input, and a topic for the state, with as many partitions.
func (a *app) prepare() error {
	client, err := kgo.NewClient(kgo.SeedBrokers(a.brokers...))
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if a.ends, err = admin.ListCommittedOffsets(a.ctx, a.topic); err != nil {
		return err
	}
	compact := "compact"
	_, err = admin.CreateTopic(a.ctx, int32(len(a.ends[a.topic])), 1, map[string]*string{"cleanup.policy": &compact}, a.state)
	if err != nil && !strings.Contains(err.Error(), "TOPIC_ALREADY_EXISTS") {
		return err
	}
	return nil
}

func (a *app) run() error {
	if err := a.client.BeginTransaction(); err != nil {
		return err
	}
	committed := time.Now()
	for {
		fetches, err := a.poll()
		if err != nil {
			return err
		}
		fetches.EachPartition(func(fetched kgo.FetchTopicPartition) {
			a.partitions[fetched.Partition].take(fetched.Records)
		})
		done := a.isDone()
		if !done && time.Since(committed) < commitInterval {
			continue
		}
		if done {
			for _, p := range a.partitions {
				p.closeAll()
			}
		}
		if err := a.commit(); err != nil {
			return err
		}
		if done {
			return nil
		}
		if err := a.client.BeginTransaction(); err != nil {
			return err
		}
		committed = time.Now()
	}
}

// What has come, at the latest when it is time to commit; nothing where nothing has.
func (a *app) poll() (kgo.Fetches, error) {
	ctx, cancel := context.WithTimeout(a.ctx, commitInterval)
	defer cancel()
	fetches := a.client.PollFetches(ctx)
	for _, failed := range fetches.Errors() {
		if !errors.Is(failed.Err, context.DeadlineExceeded) {
			return nil, failed.Err
		}
	}
	return fetches, nil
}

func (a *app) isDone() bool {
	if a.endless || len(a.partitions) < len(a.ends[a.topic]) {
		return false
	}
	for number, p := range a.partitions {
		if p.next < a.ends[a.topic][number].Offset {
			return false
		}
	}
	return true
}

// What the partitions have made since the last time, with their state.
func (a *app) commit() error {
	for number, p := range a.partitions {
		for _, record := range p.made {
			a.client.Produce(a.ctx, record, fail)
		}
		p.made = nil
		if !p.changed {
			continue
		}
		p.changed = false
		text, err := json.Marshal(p.saved())
		if err != nil {
			return err
		}
		a.client.Produce(a.ctx, &kgo.Record{Topic: a.state, Partition: number, Key: []byte("state"), Value: text}, fail)
	}
	if err := a.client.Flush(a.ctx); err != nil {
		return err
	}
	return a.client.EndTransaction(a.ctx, kgo.TryCommit)
}

// Of the partitions that the group gives this process: the offsets that their states belong to.
func (a *app) resume(ctx context.Context, offsets map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	for number := range offsets[a.topic] {
		p := newPartition(number, a.output, "dlq.bars1s")
		text, err := a.lastState(ctx, number)
		if err != nil {
			return nil, err
		}
		if text != nil {
			if err := p.restore(text); err != nil {
				return nil, err
			}
		}
		a.partitions[number] = p
		offsets[a.topic][number] = kgo.NewOffset().At(p.next)
	}
	return offsets, nil
}

// The newest record of a partition of the state; nil where there is none.
func (a *app) lastState(ctx context.Context, number int32) ([]byte, error) {
	start := map[string]map[int32]kgo.Offset{a.state: {number: kgo.NewOffset().AtStart()}}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(a.brokers...), kgo.ConsumePartitions(start), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(),
	)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListCommittedOffsets(ctx, a.state)
	if err != nil {
		return nil, err
	}
	end, _ := ends.Lookup(a.state, number)
	var text []byte
	for next := int64(0); next < end.Offset; {
		fetches := client.PollFetches(ctx)
		if errs := fetches.Errors(); len(errs) > 0 {
			return nil, errs[0].Err
		}
		fetches.EachRecord(func(record *kgo.Record) {
			next = record.Offset + 1
			if !record.Attrs.IsControl() {
				text = record.Value
			}
		})
	}
	return text, nil
}

func fail(_ *kgo.Record, err error) { check(err) }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bars1s:", err)
		os.Exit(1)
	}
}
