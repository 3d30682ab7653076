// Records what Masterminds/semver answers, for comparison with crates/contract.
//
//	go run . ranges   > ../../../crates/contract/tests/ranges.tsv
//	go run . versions > ../../../crates/contract/tests/versions.tsv
//
// Both lists are made here, without chance, so that a second run gives the same bytes. The first
// line of `ranges` names the versions; every other line is a constraint (a JSON string), a tab, and
// one digit per version (1 = accepted) or `error: ` and the message (a JSON string). A line of `versions` is a text
// (a JSON string), a tab, and its canonical form or `-`.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// versions are the columns: around every border the constraints name, with pre-releases, build
// metadata and loose spellings.
var versions = strings.Fields(`
	0.0.0-0 0.0.0-alpha 0.0.0 0.0.1-beta 0.0.1 0.0.2 0.0.3 0.0.4 0.1.0 0.2.0 0.2.3-rc.1 0.2.3 0.2.4
	0.3.0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-rc.1 1.0.0 1.0.0+build 1.0.1 v1.1 1.2.0-beta.2 1.2.0 1.2.3-alpha
	1.2.3 1.2.9 1.3.0-0 1.3 1.9.9-rc1 1.9.9 2 2.0.0-rc1 2.0.1 2.1.0 3.0.0-0 3 11.9.9 12.0.0 2024.01.01
	2024.1.2 18446744073709551615.0.0`)

var operators = []string{"", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"}

// operands meet every operator.
var operands = strings.Fields(`
	* x X 0 0.0 0.0.0 0.0.3 0.2 0.2.3 1 v1 1.x 1.x.x 1.*.7 1.0 1.2 1.2.x 1.2.* 1.2.X v1.2 1.2.3 v1.2.3 01.02.03 2 2.0.0
	11 2024.01.01 0.0.0-0 1.0.0-0 1.0.0-alpha 1.2.3-alpha 1.2.3-beta+b.7 1.2.3+b 1.2-alpha 1-alpha 1.x-alpha *-alpha
	x.1 *.1.2 2.0.0-rc1 0.2.3-rc.1 0.0-beta 0.0.0-alpha`)

// others are lists, alternatives, hyphens and mistakes.
var others = []string{
	"", " ", "\t", "||", " || ", "^1 ||", "|| ^1", "^1 || || ^2", "latest", "stable", "=~1", "1x", "x1", "1.1x", "1.x1",
	"*.1x", "1.x.1x", "1|2", "1 | 2", "1|", "|", "x|X", "1.|", "1.2.3.4", "1.2.", ".1", "1..2", "v", "vx", "v*", "V1",
	"1.2.3-", "1.2.3+", "1.2.3-01", "1.2.3-a..b", "1.x-01", "1.2.3-01a", "1.2.3+01", "1--", "1-1-1", "1.2.3--1",
	"18446744073709551615", "18446744073709551616", "1.18446744073709551616", "00000000000000000000001",
	"> = 1", ">>1", "<>1", "=>=1", "==1", "!1", "!==1", "~~1", "^^1", "~^1", "^~1", "~=1", "> 1", ">\t1", ">\n1", ">\v1",
	"^ 1", "~> 1.2", "1 ", " 1", "  1.2  ", "\n1\r\n", "1\f", "1\v", "1 ", "１", "é", "1é", "^1é",
	">=1.0.0 <2.0.0", ">=1.0.0, <2.0.0", ">=1.0.0,<2.0.0", ">=1.0.0 , <2.0.0", ">=1.0.0,, <2.0.0", ">=1.0.0<2.0.0",
	",>=1", ">=1,", ", 1", "1,", ",", ">=1.0.0 <2.0.0 !=1.2.3", ">=1.0.0 !=1.2.x, <1.9", "1 2", "1, 1.2", "1.2 1.2.3",
	">=1.0.0-0 <2.0.0", ">=1.0.0 <2.0.0-0", ">1.0.0-alpha, <1.0.0", "^1.0.0 >=1.2.3-alpha", "!=1.0.0-alpha", "* !=1.2.3",
	">=1.0.0, <2.0.0 || ^3", "^1 || ^2", "^1||^2", "^1|| ^2 ||~3", "1 || 2 || 3", "1||2||3", "^1.0.0-0 || ^2", "^1 || ^2.0.0-0",
	"<1 || >=2", "=1.2.3 || =1.2.9", "^1 || latest", "latest || ^1", "1x || latest", "latest || 1x", "^1 || 1x", "1x || ^1",
	"^1 || b c", "b c || ^1", "^1 | ^2", "^1 ||| ^2", "^1 |||| ^2",
	"1 - 2", "1.2 - 2.0", "1.2.3 - 2.0.0", "v1.2.3 - v2.0.0", "1-2", "1 -2", "1- 2", "1 -  2", "1  -  2", " 1 - 2 ", "1\t-\n2",
	"1.x - 2.x", "* - 2", "1 - *", "* - *", "1.0.0-alpha - 1.0.0", "1.0.0 - 2.0.0-rc1", "1.0.0+a - 2.0.0+b", "2 - 1", "1 - 1",
	"1 - 2 - 3", "1 - 2 - 3 - 4", "1 - 2 3 - 4", "1 - 2, 1.2 - 3", "1 - 2 1 - 2", "01 - 2, 1 - 2", "11 - 12, 1 - 2",
	"1 - 2 || 11 - 12", "1 - 2||11 - 12", "1||2 - 3", "1 || 2 - 3", "1 - 2||3", "1 - 2 ||3", "^1 || 2 - 3", "0.2 - 1.2, !=1.0.0",
	"1 - 2 !=1.2.3", ">=1 - 2", "^1 - 2", "1 - ^2", "1 - >=2", "1 -- 2", "1 - - 2", "1 - -2", "1.2.3.4 - 5", "1 - 2.3.4.5", "a - b",
	"1 - b", "a - 2", "x1 - 2", "1x - 2", "1 - 2x", "1 - 2 c", "c 1 - 2", "c1 - 2", "1.2.3-a - 1.2.3-b", "1.2.3-01 - 2", "1 - 2-01",
	"1.2.3-rc.1 - 1.2.3", "-1 - 2", "1 - 2,", "1 - 2,,3", ",1 - 2", "1,2 - 3", "1 2 - 3", "é1 - 2é", "1 - 2 é", "1 - 2", "1|2 - 3",
	"1 - 2|3", "|| 1 - 2", "1 - 2 ||", "1 - ||", "|| - 1", "1 - |", "x - X",
	">=1.2.3-alpha <1.3.0", ">=0.0.0-0", ">0.0.0-0", "<0.0.1-beta", "<=0.0.0-alpha", "~1.2.0-beta.2", "^1.2.0-beta.2", "^0.0.1-beta",
	"~0.0.1-beta", ">1-alpha", ">=1-alpha", "<1-alpha", "<=1-alpha", "!=1-alpha", "!=1.0-alpha", "!=1.2-alpha", "!=0.0-beta", "^0-alpha",
	">=1.0.0 >=1.2.0 >=1.2.3", "<2 <1.9.9 <1.3", "!=1 !=2 !=3", "!=1.2 !=1.3", "~1.2 ~1.2.3", "^1.2 !=1.2.9", "=1.2.3+x", "1.0.0+other",
}

// ranges gives every constraint once, in order.
func ranges() []string {
	var all []string
	seen := map[string]bool{}
	add := func(constraint string) {
		if !seen[constraint] {
			seen[constraint] = true
			all = append(all, constraint)
		}
	}
	for _, operand := range operands {
		for _, operator := range operators {
			add(operator + operand)
		}
	}
	for _, other := range others {
		add(other)
	}
	// Two borders in every spelling of "and", and alternatives of them.
	borders := []string{">=1.0.0", "<2", "!=1.2.3", "~1.2", "^0.2.3", ">1.0.0-alpha"}
	for _, left := range borders {
		for _, right := range borders {
			if left == right {
				continue
			}
			add(left + " " + right)
			add(left + ", " + right)
			add(left + " || " + right)
		}
	}
	return all
}

// texts gives every text that is tried as a version.
func texts() []string {
	all := append([]string{}, versions...)
	numbers := []string{"", "0", "1", "01", "x", "-1", "+1", "1a", " 1", "18446744073709551615", "18446744073709551616"}
	for _, prefix := range []string{"", "v", "V", "vv"} {
		for _, number := range numbers {
			all = append(all, prefix+number, prefix+number+".2", prefix+"1."+number, prefix+"1.2."+number, prefix+"1.2.3."+number)
		}
	}
	for _, tail := range []string{
		"-", "+", "-a", "-0", "-00", "-01", "-01a", "-a.b", "-a..b", "-.a", "-a.", "--", "-a-b", "-a_b", "-é", "+a", "+01", "+a.b",
		"+a..b", "+", "-+", "-a+", "-a+b", "+b-a", "-a+b+c", "-1.2.3", "-99999999999999999999", " ", "\n",
	} {
		all = append(all, "1"+tail, "1.2"+tail, "1.2.3"+tail, "v1.2.3"+tail)
	}
	return all
}

func quote(text string) string {
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(quoted.String(), "\n")
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch {
	case len(os.Args) == 2 && os.Args[1] == "ranges":
		printRanges(out)
	case len(os.Args) == 2 && os.Args[1] == "versions":
		printVersions(out)
	default:
		fmt.Fprintln(os.Stderr, "usage: masterminds ranges|versions")
		os.Exit(2)
	}
}

func printRanges(out *bufio.Writer) {
	columns := make([]*semver.Version, len(versions))
	for i, text := range versions {
		columns[i] = semver.MustParse(text)
	}
	fmt.Fprintf(out, "versions\t%s\n", strings.Join(versions, " "))
	for _, text := range ranges() {
		constraint, err := semver.NewConstraint(text)
		if err != nil {
			fmt.Fprintf(out, "%s\terror: %s\n", quote(text), quote(err.Error()))
			continue
		}
		bits := make([]byte, len(columns))
		for i, version := range columns {
			bits[i] = '0'
			if constraint.Check(version) {
				bits[i] = '1'
			}
		}
		fmt.Fprintf(out, "%s\t%s\n", quote(text), bits)
	}
}

func printVersions(out *bufio.Writer) {
	seen := map[string]bool{}
	for _, text := range texts() {
		if seen[text] {
			continue
		}
		seen[text] = true
		canonical := "-"
		if version, err := semver.NewVersion(text); err == nil {
			canonical = version.String()
		}
		fmt.Fprintf(out, "%s\t%s\n", quote(text), canonical)
	}
}
