// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_score.h"

#include "core/abc/abc_playback.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace continuo {

namespace {

using Kind = AbcElement::Kind;

bool isMusic(const AbcElement& element)
{
    return element.kind == Kind::Notes || element.kind == Kind::Rest ||
           element.kind == Kind::BarRest;
}

bool isStructure(const AbcElement& element)
{
    return (element.kind == Kind::Part && element.first != 0) || element.kind == Kind::Jump;
}

/// How many marks of one kind and name a voice can have to hold for the others.
constexpr std::size_t kMostStructure = 1000;
/// How many marks of all voices are looked at, and how many all together can be given.
constexpr std::size_t kMostGiven = 20'000;

/// Where each element stands in written time: what sounds before it with no repeat played.
std::vector<AbcTime> writtenTimes(const AbcMusic& music)
{
    std::vector<AbcTime> times(music.elements.size());
    AbcTime time = 0;
    AbcTime overlayEnd = 0;
    bool isInOverlay = false;
    for (std::size_t i = 0; i < music.elements.size(); ++i) {
        const AbcElement& element = music.elements[i];
        if (element.kind == Kind::Overlay && !isInOverlay) {
            isInOverlay = true;
            overlayEnd = time;
        } else if (element.kind == Kind::Bar) {
            if (std::exchange(isInOverlay, false))
                time = overlayEnd;
        }
        times[i] = time;
        if (isMusic(element) && !isInOverlay)
            time += element.length;
    }
    return times;
}

/// Gives every voice the P: lines and jump marks that only others have, at the same place in
/// written time.
void shareStructure(std::span<AbcVoiceMusic> voices)
{
    using Name = std::pair<Kind, std::uint32_t>;
    struct Mark
    {
        AbcTime time = 0;
        AbcElement element{};
    };
    std::vector<std::pair<Name, std::vector<Mark>>> known;
    std::size_t kept = 0;
    for (const AbcVoiceMusic& voice : voices) {
        if (std::none_of(voice.music->elements.begin(), voice.music->elements.end(), isStructure))
            continue;
        const auto times = writtenTimes(*voice.music);
        std::vector<std::pair<Name, std::vector<Mark>>> own;
        for (std::size_t i = 0; i < times.size(); ++i) {
            const AbcElement& element = voice.music->elements[i];
            if (!isStructure(element))
                continue;
            const Name name{element.kind, element.first};
            auto place = std::find_if(own.begin(), own.end(),
                                      [&](const auto& entry) { return entry.first == name; });
            if (place == own.end())
                place = own.insert(place, {name, {}});
            if (place->second.size() < kMostStructure && kept < kMostGiven) {
                place->second.push_back({times[i], element});
                ++kept;
            }
        }
        for (auto& entry : own) {
            if (std::none_of(known.begin(), known.end(),
                             [&](const auto& k) { return k.first == entry.first; }))
                known.push_back(std::move(entry));
        }
    }
    if (known.empty())
        return;
    std::size_t left = kMostGiven;
    for (const AbcVoiceMusic& voice : voices) {
        AbcMusic& music = *voice.music;
        std::vector<Mark> missing;
        for (const auto& [name, marks] : known) {
            const bool isThere = std::any_of(
                music.elements.begin(), music.elements.end(), [&name](const AbcElement& element) {
                    return element.kind == name.first && element.first == name.second;
                });
            if (!isThere)
                missing.insert(missing.end(), marks.begin(), marks.end());
        }
        if (missing.empty())
            continue;
        std::stable_sort(missing.begin(), missing.end(),
                         [](const Mark& a, const Mark& b) { return a.time < b.time; });
        missing.resize(std::min(missing.size(), left));
        left -= missing.size();
        const auto times = writtenTimes(music);
        std::vector<AbcElement> elements;
        std::vector<std::uint32_t> places(music.elements.size());
        elements.reserve(music.elements.size() + missing.size());
        std::size_t next = 0;
        for (std::size_t i = 0; i < music.elements.size(); ++i) {
            const AbcElement& element = music.elements[i];
            // A fine or D.C. belongs to the bar before its line, a part to what comes after it.
            const auto comesHere = [&](const Mark& mark) {
                const bool isEnd = mark.element.kind == Kind::Jump &&
                                   mark.element.first >= static_cast<int>(AbcJump::Fine);
                return isEnd ? mark.time <= times[i] && element.kind == Kind::Bar
                             : mark.time <= times[i] && isMusic(element);
            };
            while (next < missing.size() && comesHere(missing[next])) {
                missing[next].element.state = element.state;
                elements.push_back(missing[next++].element);
            }
            places[i] = static_cast<std::uint32_t>(elements.size());
            elements.push_back(element);
        }
        for (; next < missing.size(); ++next) {
            missing[next].element.state = static_cast<std::uint32_t>(music.states.size() - 1);
            elements.push_back(missing[next].element);
        }
        music.elements = std::move(elements);
        for (AbcSyllable& syllable : music.syllables)
            syllable.element = places[syllable.element];
    }
}

/// A tempo that a later voice gives at its beginning is the tune's where the first gives none.
void shareTempo(std::span<AbcVoiceMusic> voices)
{
    AbcMusic& first = *voices.front().music;
    const auto hasTempo = [](const AbcVoiceMusic& voice) {
        return voice.music->states.front().tempo.has_value();
    };
    const auto giver = std::find_if(voices.begin(), voices.end(), hasTempo);
    if (giver == voices.begin() || giver == voices.end())
        return;
    for (AbcState& state : first.states) {
        if (state.tempo)
            break;
        state.tempo = giver->music->states.front().tempo;
    }
}

/// A channel for each voice: the next that no voice names, the drum channel left out.
std::vector<std::uint8_t> channels(std::span<const AbcVoiceMusic> voices)
{
    std::array<bool, 16> isTaken{};
    isTaken[kDrumChannel] = true;
    if (voices.size() > 1) {
        for (const AbcVoiceMusic& voice : voices) {
            for (const AbcElement& element : voice.music->elements) {
                if (element.kind == Kind::Channel)
                    isTaken[element.first & 15U] = true;
            }
        }
    }
    std::vector<std::uint8_t> free;
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
        if (!isTaken[channel])
            free.push_back(channel);
    }
    std::vector<std::uint8_t> chosen;
    for (const AbcVoiceMusic& voice : voices) {
        if (voice.music->isPercussion)
            chosen.push_back(kDrumChannel);
        else
            chosen.push_back(free.empty() ? std::uint8_t{0} : free[chosen.size() % free.size()]);
    }
    return chosen;
}

std::string called(const AbcVoiceMusic& voice)
{
    return voice.id.empty() ? std::string("the first voice") : "voice " + voice.id;
}

/// What each bar lasts where the voices do not agree about it, else nothing.
std::vector<AbcTime> agreedBars(std::span<const AbcVoiceMusic> voices,
                                const std::vector<AbcPart>& parts, AbcRemarks& remarks)
{
    const auto& first = parts.front().bars;
    bool hasSameNumber = true;
    for (std::size_t i = 1; i < parts.size(); ++i)
        hasSameNumber = hasSameNumber && parts[i].bars.size() == first.size();
    if (!hasSameNumber) {
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (parts[i].end == parts.front().end)
                continue;
            const AbcPart::Bar place =
                parts[i].bars.empty() ? AbcPart::Bar{0, 1, 1} : parts[i].bars.back();
            remarks.add("abc.voices-end-apart",
                        called(voices[i]) + " is played for " +
                            std::to_string(parts[i].bars.size()) + " bars, " +
                            called(voices.front()) + " for " + std::to_string(first.size()) +
                            "; the shorter one is silent at the end.",
                        place.line, place.column);
        }
        return {};
    }
    std::vector<AbcTime> lengths(first.size());
    bool areEqual = true;
    for (std::size_t bar = 0; bar < first.size(); ++bar) {
        for (const AbcPart& part : parts)
            lengths[bar] = std::max(lengths[bar], part.bars[bar].length);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const AbcPart::Bar& own = parts[i].bars[bar];
            if (own.length == lengths[bar])
                continue;
            areEqual = false;
            remarks.add("abc.bar-unlike-other-voices",
                        "the bar of " + called(voices[i]) +
                            " that begins here is shorter than in another voice; it is filled up "
                            "with a rest.",
                        own.line, own.column);
        }
    }
    return areEqual ? std::vector<AbcTime>{} : lengths;
}

/// Moves what concerns all voices from a later one into the first, and drops what the first says
/// too.
void shareEvents(AbcPart& first, AbcPart& other)
{
    const auto isShared = [](const Event& event) {
        return event.isMeta(Meta::Tempo) || event.isMeta(Meta::KeySignature) ||
               (event.isMeta(Meta::Text) &&
                (event.payload.text().starts_with("Q:") || event.payload.text().starts_with("K:")));
    };
    using Said = std::pair<std::int64_t, std::string_view>;
    std::set<Said> said;
    for (const Event& event : first.events) {
        if (isShared(event))
            said.insert({event.time.value, event.payload.text()});
    }
    std::vector<Event> tempos;
    std::erase_if(other.events, [&](const Event& event) {
        if (!isShared(event))
            return false;
        if (said.contains({event.time.value, event.payload.text()}))
            return true;
        if (event.isMeta(Meta::Tempo))
            tempos.push_back(event);
        return event.isMeta(Meta::Tempo);
    });
    first.events.insert(first.events.end(), tempos.begin(), tempos.end());
}

void addTrack(AbcPart part, std::vector<Event> heads, Tick end, Score& score)
{
    Track& track = score.addTrack();
    std::vector<Event> events = std::move(heads);
    events.insert(events.end(), std::make_move_iterator(part.events.begin()),
                  std::make_move_iterator(part.events.end()));
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return a.time < b.time; });
    for (Event& event : events)
        event.id = score.nextId++;
    for (Note& note : part.notes)
        note.id = score.nextId++;
    track.events = std::move(events);
    track.notes = std::move(part.notes);
    track.end = end;
}

} // namespace

void makeAbcScore(std::span<AbcVoiceMusic> voices, const AbcTuneHead& head, Score& score,
                  AbcRemarks& remarks)
{
    if (voices.size() > 1) {
        shareStructure(voices);
        shareTempo(voices);
    }
    for (const AbcVoiceMusic& voice : voices) {
        std::stable_sort(voice.music->syllables.begin(), voice.music->syllables.end(),
                         [](const AbcSyllable& a, const AbcSyllable& b) {
                             return a.element != b.element ? a.element < b.element
                                                           : a.verse < b.verse;
                         });
    }
    const auto chosen = channels(voices);
    std::size_t budget = kAbcPlayedLimit;
    std::vector<std::vector<AbcPassage>> orders;
    for (const AbcVoiceMusic& voice : voices)
        orders.push_back(playedOrder(*voice.music, head.partOrder, remarks, budget));
    const auto play = [&](const std::vector<AbcTime>& barLengths, AbcRemarks& said) {
        std::vector<AbcPart> parts;
        for (std::size_t i = 0; i < voices.size(); ++i)
            parts.push_back(playAbc(*voices[i].music, orders[i],
                                    {.channel = chosen[i],
                                     .isFirst = i == 0,
                                     .playsOrnaments = head.playsOrnaments,
                                     .barLengths = barLengths},
                                    said));
        return parts;
    };
    std::vector<AbcPart> parts = play({}, remarks);
    if (parts.size() > 1) {
        const auto lengths = agreedBars(voices, parts, remarks);
        if (!lengths.empty()) {
            AbcRemarks repeated;
            parts.clear();
            parts = play(lengths, repeated);
        }
    }
    Tick end{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        end = std::max(end, parts[i].end);
        if (i > 0)
            shareEvents(parts.front(), parts[i]);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::vector<Event> heads;
        const std::string& name = voices[i].name.empty() ? voices[i].id : voices[i].name;
        if (i == 0) {
            if (!head.title.empty())
                heads.push_back(metaEvent({}, Meta::TrackName, head.title));
            if (parts.size() > 1 && !voices[i].name.empty())
                heads.push_back(metaEvent({}, Meta::Instrument, name));
            for (const std::string& field : head.fields)
                heads.push_back(metaEvent({}, Meta::Text, field));
        } else if (!name.empty()) {
            heads.push_back(metaEvent({}, Meta::TrackName, name));
        }
        addTrack(std::move(parts[i]), std::move(heads), end, score);
    }
}

} // namespace continuo
