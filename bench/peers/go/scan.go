package main

// A tick as it was scanned; symbol and id are parts of the record.
type tick struct {
	symbol, id []byte
	s, ns      int64
	price      float64
	units, e8  uint64
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

const (
	hasSymbol = 1 << iota
	hasTime
	hasPrice
	hasVolume
	hasAll = hasSymbol | hasTime | hasPrice | hasVolume
)

// A flat object with its keys in any order and spaces between them; strings without escapes, numbers without sign and exponent. Gives
// why it is refused, "" where it is not.
func (t *tick) scan(b []byte) string {
	t.id = nil
	seen := 0
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return "not_an_object"
	}
	i = space(b, i+1)
	for {
		key, next, ok := text(b, i)
		if !ok {
			return "invalid_json"
		}
		i = space(b, next)
		if i >= len(b) || b[i] != ':' {
			return "invalid_json"
		}
		i = space(b, i+1)
		switch string(key) {
		case "symbol":
			t.symbol, i, ok = text(b, i)
			ok = ok && isSymbol(t.symbol)
			seen |= hasSymbol
		case "event_ts":
			var value uint64
			var digits, scale int
			value, digits, scale, i, ok = number(b, i, 19)
			t.s, t.ns = int64(value/1_000_000_000), int64(value%1_000_000_000)
			ok = ok && digits >= 17 && scale == 0 && t.s >= 94_694_400 && t.s < 4_102_444_800
			seen |= hasTime
		case "ltp":
			var value uint64
			var scale int
			value, _, scale, i, ok = number(b, i, 15)
			t.price = float64(value)
			if ok {
				t.price /= powers[scale]
			}
			ok = ok && t.price < 1e12
			seen |= hasPrice
		case "vol":
			var value uint64
			var scale int
			value, _, scale, i, ok = number(b, i, 15)
			ok = ok && scale <= 8
			if ok {
				power := uint64(powers[scale])
				t.units = value / power
				t.e8 = value % power * uint64(powers[8-scale])
			}
			seen |= hasVolume
		case "trade_id":
			t.id, i, ok = text(b, i)
			ok = ok && len(t.id) > 0 && len(t.id) <= 64
		case "side":
			_, i, ok = text(b, i)
		default:
			return "invalid_json"
		}
		if !ok {
			return "out_of_bounds"
		}
		i = space(b, i)
		if i < len(b) && b[i] == ',' {
			i = space(b, i+1)
			continue
		}
		if i >= len(b) || b[i] != '}' || space(b, i+1) != len(b) {
			return "invalid_json"
		}
		if seen != hasAll {
			return "missing_field"
		}
		return ""
	}
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

func text(b []byte, i int) ([]byte, int, bool) {
	if i >= len(b) || b[i] != '"' {
		return nil, i, false
	}
	for j := i + 1; j < len(b); j++ {
		if c := b[j]; c == '"' {
			return b[i+1 : j], j + 1, true
		} else if c == '\\' || c < 0x20 || c >= 0x80 {
			break
		}
	}
	return nil, i, false
}

// Digits with at most one point, as the number without it and how many of them stand behind it.
func number(b []byte, i, most int) (value uint64, digits, scale, next int, ok bool) {
	point := -1
	start := i
	for ; i < len(b); i++ {
		c := b[i]
		if c >= '0' && c <= '9' {
			value = value*10 + uint64(c-'0')
			digits++
		} else if c == '.' && point < 0 && i > start {
			point = i
		} else {
			break
		}
	}
	if point >= 0 {
		scale = i - point - 1
	}
	leading := digits > 1 && b[start] == '0' && point != start+1
	bad := digits == 0 || digits > most || point == i-1 || leading || (i < len(b) && (b[i] == 'e' || b[i] == 'E' || b[i] == '-' || b[i] == '+'))
	return value, digits, scale, i, !bad
}

func isSymbol(b []byte) bool {
	if len(b) == 0 || len(b) > 64 {
		return false
	}
	for i, c := range b {
		if (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') {
			continue
		}
		if i == 0 || (c != ' ' && c != '&' && c != '-' && c != '.' && c != '/' && c != ':' && c != '_') {
			return false
		}
	}
	return true
}
