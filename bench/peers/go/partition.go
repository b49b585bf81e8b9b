package main

import (
	"encoding/json"
	"math/big"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/twmb/franz-go/pkg/kgo"
)

const graceS = 2

// One partition of the input, with its open bars.
type partition struct {
	number  int32
	output  string
	refused string
	next    int64
	changed bool
	maxS    int64
	maxNs   int64
	closed  int64
	symbols map[string]*symbol
	windows []*window
	made    []*kgo.Record
	text    []byte
	tick    tick
}

type symbol struct {
	name string
	bars []*bar
}

// The open bars of a second.
type window struct {
	s    int64
	bars []*bar
}

type bar struct {
	symbol     *symbol
	s          int64
	o, h, l, c float64
	oNs, cNs   int64
	units, e8  uint64
	trades     int64
	ids        map[string]struct{}
}

func newPartition(number int32, output, refused string) *partition {
	return &partition{number: number, output: output, refused: refused, maxS: -1, symbols: map[string]*symbol{}}
}

func (p *partition) take(records []*kgo.Record) {
	for _, record := range records {
		p.next = record.Offset + 1
		p.changed = true
		// The end of a transaction: it counts for where the end of the input is.
		if record.Attrs.IsControl() {
			continue
		}
		if reason := p.tick.scan(record.Value); reason != "" {
			p.refuse(record, reason)
		} else if reason := p.add(); reason != "" {
			p.refuse(record, reason)
		}
	}
}

func (p *partition) add() string {
	t := &p.tick
	if t.s < p.closed {
		return "late"
	}
	sym := p.symbols[string(t.symbol)]
	if sym == nil {
		sym = &symbol{name: string(t.symbol)}
		p.symbols[sym.name] = sym
	}
	var b *bar
	for i := len(sym.bars) - 1; i >= 0; i-- {
		if len(t.id) > 0 {
			if _, known := sym.bars[i].ids[string(t.id)]; known {
				return "duplicate"
			}
		}
		if sym.bars[i].s == t.s {
			b = sym.bars[i]
		}
	}
	if b == nil {
		b = &bar{symbol: sym, s: t.s, o: t.price, h: t.price, l: t.price, c: t.price, oNs: t.ns, cNs: t.ns}
		sym.bars = append(sym.bars, b)
		w := p.windowOf(t.s)
		w.bars = append(w.bars, b)
	} else {
		b.extend(t)
	}
	b.units += t.units
	b.e8 += t.e8
	if b.e8 >= 100_000_000 {
		b.e8 -= 100_000_000
		b.units++
	}
	b.trades++
	if len(t.id) > 0 {
		if b.ids == nil {
			b.ids = map[string]struct{}{}
		}
		b.ids[string(t.id)] = struct{}{}
	}
	if t.s > p.maxS || (t.s == p.maxS && t.ns > p.maxNs) {
		p.maxS, p.maxNs = t.s, t.ns
		p.closeThrough(t.s - graceS)
	}
	return ""
}

func (b *bar) extend(t *tick) {
	if t.ns < b.oNs {
		b.o, b.oNs = t.price, t.ns
	}
	if t.ns >= b.cNs {
		b.c, b.cNs = t.price, t.ns
	}
	if t.price > b.h {
		b.h = t.price
	}
	if t.price < b.l {
		b.l = t.price
	}
}

func (p *partition) windowOf(s int64) *window {
	at := sort.Search(len(p.windows), func(i int) bool { return p.windows[i].s >= s })
	if at < len(p.windows) && p.windows[at].s == s {
		return p.windows[at]
	}
	p.windows = append(p.windows, nil)
	copy(p.windows[at+1:], p.windows[at:])
	p.windows[at] = &window{s: s}
	return p.windows[at]
}

func (p *partition) closeThrough(through int64) {
	if through <= p.closed {
		return
	}
	p.closed = through
	count := 0
	for count < len(p.windows) && p.windows[count].s < through {
		p.write(p.windows[count])
		count++
	}
	p.windows = append(p.windows[:0], p.windows[count:]...)
}

func (p *partition) closeAll() {
	if len(p.windows) > 0 {
		p.closeThrough(p.windows[len(p.windows)-1].s + 1)
	}
}

func (p *partition) write(w *window) {
	sort.Slice(w.bars, func(i, j int) bool { return w.bars[i].symbol.name < w.bars[j].symbol.name })
	for _, b := range w.bars {
		from := len(p.text)
		p.text = b.appendTo(p.text)
		value := p.text[from:len(p.text):len(p.text)]
		p.made = append(p.made, &kgo.Record{Topic: p.output, Partition: p.number, Key: []byte(b.symbol.name), Value: value})
		for i, other := range b.symbol.bars {
			if other == b {
				b.symbol.bars = append(b.symbol.bars[:i], b.symbol.bars[i+1:]...)
				break
			}
		}
	}
	// What was written belongs to the client now.
	if len(p.text) > 1<<16 {
		p.text = make([]byte, 0, 1<<17)
	}
}

func (b *bar) appendTo(text []byte) []byte {
	text = append(append(append(text, `{"symbol":"`...), b.symbol.name...), `","tf":"1s","ts":`...)
	text = strconv.AppendInt(text, b.s, 10)
	text = strconv.AppendFloat(append(text, `,"o":`...), b.o, 'f', -1, 64)
	text = strconv.AppendFloat(append(text, `,"h":`...), b.h, 'f', -1, 64)
	text = strconv.AppendFloat(append(text, `,"l":`...), b.l, 'f', -1, 64)
	text = strconv.AppendFloat(append(text, `,"c":`...), b.c, 'f', -1, 64)
	text = appendVolume(append(text, `,"vol":`...), b.units, b.e8)
	text = strconv.AppendInt(append(text, `,"n_trades":`...), b.trades, 10)
	return append(text, '}')
}

func appendVolume(text []byte, units, e8 uint64) []byte {
	text = strconv.AppendUint(text, units, 10)
	if e8 == 0 {
		return text
	}
	digits := strconv.AppendUint(nil, 100_000_000+e8, 10)[1:]
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return append(append(text, '.'), digits...)
}

// A reject record, with the contract's fields in the contract's order; the name of the field is left out.
type reject struct {
	Stage     string `json:"stage"`
	Reason    string `json:"reason"`
	Detail    string `json:"detail"`
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	Size      int    `json:"size"`
	Raw       string `json:"raw,omitempty"`
	RawB64    []byte `json:"raw_b64,omitempty"`
}

const rawBytes = 1024

func (p *partition) refuse(record *kgo.Record, reason string) {
	refused := reject{Stage: "bars1s", Reason: reason, Topic: record.Topic, Partition: p.number, Offset: record.Offset, Size: len(record.Value)}
	raw := record.Value[:min(len(record.Value), rawBytes)]
	if utf8.Valid(raw) {
		refused.Raw = string(raw)
	} else {
		refused.RawB64 = raw
	}
	text, _ := json.Marshal(refused)
	p.made = append(p.made, &kgo.Record{Topic: p.refused, Partition: p.number, Value: text})
}

type savedPartition struct {
	Next, MaxS, MaxNs, Closed int64
	Bars                      []savedBar
}

type savedBar struct {
	Symbol     string
	S          int64
	O, H, L, C float64
	ONs, CNs   int64
	Vol        *big.Int
	Trades     int64
	Ids        []string
}

// All open bars: a few kB for the usual grace, so that it does not pay to find out which have changed.
func (p *partition) saved() savedPartition {
	saved := savedPartition{p.next, p.maxS, p.maxNs, p.closed, nil}
	for _, w := range p.windows {
		for _, b := range w.bars {
			vol := new(big.Int).SetUint64(b.units)
			vol.Mul(vol, big.NewInt(100_000_000)).Add(vol, new(big.Int).SetUint64(b.e8))
			one := savedBar{b.symbol.name, b.s, b.o, b.h, b.l, b.c, b.oNs, b.cNs, vol, b.trades, nil}
			for id := range b.ids {
				one.Ids = append(one.Ids, id)
			}
			saved.Bars = append(saved.Bars, one)
		}
	}
	return saved
}

func (p *partition) restore(text []byte) error {
	var saved savedPartition
	if err := json.Unmarshal(text, &saved); err != nil {
		return err
	}
	p.next, p.maxS, p.maxNs, p.closed = saved.Next, saved.MaxS, saved.MaxNs, saved.Closed
	for _, one := range saved.Bars {
		sym := p.symbols[one.Symbol]
		if sym == nil {
			sym = &symbol{name: one.Symbol}
			p.symbols[one.Symbol] = sym
		}
		units, e8 := new(big.Int).DivMod(one.Vol, big.NewInt(100_000_000), new(big.Int))
		b := &bar{sym, one.S, one.O, one.H, one.L, one.C, one.ONs, one.CNs, units.Uint64(), e8.Uint64(), one.Trades, nil}
		for _, id := range one.Ids {
			if b.ids == nil {
				b.ids = map[string]struct{}{}
			}
			b.ids[id] = struct{}{}
		}
		sym.bars = append(sym.bars, b)
		w := p.windowOf(one.S)
		w.bars = append(w.bars, b)
	}
	return nil
}
