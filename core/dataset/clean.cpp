// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/clean.h"

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/dataset/repair.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <numeric>

namespace continuo {
namespace {

std::vector<int> gridsOf(const std::string& name)
{
    std::vector<int> grids;
    for (const std::string& part : splitText(name, '+'))
        grids.push_back(
            static_cast<int>(parseInteger(std::string_view(part).substr(2)).value_or(16)));
    return grids;
}

Pitch pitchOf(double key)
{
    return Pitch{static_cast<std::uint8_t>(std::clamp(key, 0.0, 127.0))};
}

std::bitset<128> rarePitches(const std::array<std::uint64_t, 128>& counts, double share)
{
    const double all =
        static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    std::bitset<128> rare;
    for (std::size_t i = 0; i < counts.size(); ++i)
        rare[i] = static_cast<double>(counts[i]) < share * all;
    return rare;
}

std::string hashOf(const Score& score)
{
    const Result<MidiWriting> midi = writeMidi(score);
    return midi ? sha256Hex(midi->bytes) : std::string();
}

/// A piece on its way through the steps.
class Cleaning
{
public:
    /// `verdict` is the place of the step "keep" or "exclude" that decides, if there is one.
    Cleaning(const PieceSituation& situation, const Score& score,
             std::optional<std::size_t> verdict)
        : m_situation(situation)
        , m_verdict(verdict)
    {
        m_piece.scores.push_back(score);
    }

    void apply(const RecipeStep& step, std::size_t place)
    {
        m_step = &step;
        m_place = place;
        const std::string& name = step.operation;
        if (name == "exclude")
            return leaveOut("excluded", "excluded by hand");
        if (name == "tag")
            return addTag(step.text("tag"));
        if (name == "note") {
            m_piece.note = step.text("note");
            return;
        }
        if (name == "leave-out") {
            // Of the problems that the step is for, those of this piece.
            StepCondition met = step.condition;
            met.problems &= m_situation.problems;
            return leaveOut("left-out", "by a step for pieces " + conditionInWords(met));
        }
        if (name == "drop-duplicates") {
            if (m_situation.duplicate && m_situation.duplicate->step == place)
                leaveOut("duplicate", m_situation.duplicate->text);
            return;
        }
        if (!m_piece.isInUse)
            return;
        if (name == kPlayOrnaments)
            return playOrnaments();
        if (name == "edit")
            return replaceByEdit();
        if (name == "split-at-meter" || name == "split-at-tempo")
            return split();
        repairAll();
    }

    CleanedPiece take(bool isWhole)
    {
        if (isWhole && m_piece.isInUse) {
            const auto emptied = std::ranges::remove_if(
                m_piece.scores, [](const Score& score) { return !score.hasNotes(); });
            m_piece.scores.erase(emptied.begin(), emptied.end());
            if (m_piece.scores.empty() && !m_piece.applied.empty()) {
                m_piece.isInUse = false;
                m_piece.whyLeftOut = "nothing-left";
                m_piece.whyLeftOutText = "the recipe leaves no note of it";
            }
        }
        if (!m_piece.isInUse)
            m_piece.scores.clear();
        return std::move(m_piece);
    }

private:
    void note(std::size_t notes, std::string words, bool isStale = false)
    {
        m_piece.applied.push_back({m_place, m_step->operation, notes, std::move(words), isStale});
    }

    void leaveOut(std::string_view why, std::string text)
    {
        if (!m_piece.isInUse || (m_verdict && *m_verdict != m_place))
            return;
        m_piece.isInUse = false;
        m_piece.whyLeftOut = why;
        m_piece.whyLeftOutText = text;
        note(0, std::move(text));
    }

    void addTag(std::string tag)
    {
        if (!tag.empty() && std::ranges::find(m_piece.tags, tag) == m_piece.tags.end())
            m_piece.tags.push_back(std::move(tag));
    }

    void playOrnaments()
    {
        // Only once, and before anything else was changed.
        if (!m_situation.ornamented || !m_piece.applied.empty())
            return;
        const auto before = static_cast<std::int64_t>(m_piece.scores.front().noteCount());
        m_piece.scores.front() = *m_situation.ornamented;
        const auto after = static_cast<std::int64_t>(m_piece.scores.front().noteCount());
        note(static_cast<std::size_t>(std::abs(after - before)),
             fmt::format("ornaments played, {:+} {}", after - before,
                         after - before == 1 ? "note" : "notes"));
    }

    void replaceByEdit()
    {
        const auto stale = [&](std::string_view why) {
            note(0, fmt::format("edit not applied: {}", why), true);
        };
        if (m_piece.scores.size() != 1 ||
            hashOf(m_piece.scores.front()) != m_step->text("replaces"))
            return stale("the steps before it give another version than the one that was edited");
        const std::optional<std::string> bytes = fromBase64(m_step->text("score"));
        if (!bytes)
            return stale("its score is no base64");
        const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes->data());
        Result<MidiReading> edited = readMidi({begin, bytes->size()}, "edit");
        if (!edited)
            return stale("its score cannot be read");
        const std::size_t before = m_piece.scores.front().noteCount();
        m_piece.scores.front() = std::move(edited->score);
        const std::size_t after = m_piece.scores.front().noteCount();
        note(std::max(before, after), "edited by hand");
    }

    void split()
    {
        const auto fewest = static_cast<std::size_t>(m_step->number("fewest"));
        const auto change = m_step->operation == "split-at-tempo"
                                ? std::optional(m_step->number("change"))
                                : std::nullopt;
        std::vector<Score> sections;
        std::size_t before = 0;
        std::size_t after = 0;
        for (const Score& score : m_piece.scores) {
            before += score.noteCount();
            for (Score& section : splitScore(score, change, fewest)) {
                after += section.noteCount();
                sections.push_back(std::move(section));
            }
        }
        if (sections.size() == m_piece.scores.size() && before == after)
            return;
        note(before - std::min(before, after),
             fmt::format("split into {} {}", sections.size(),
                         sections.size() == 1 ? "piece" : "pieces"));
        m_piece.scores = std::move(sections);
    }

    void repairAll()
    {
        std::size_t notes = 0;
        std::string words;
        bool isChanged = false;
        for (Score& score : m_piece.scores) {
            Repaired repaired = repair(std::move(score));
            score = std::move(repaired.score);
            if (!repaired.isChanged)
                continue;
            isChanged = true;
            notes += repaired.notes;
            words += (words.empty() ? "" : "; ") + repaired.words;
        }
        if (isChanged)
            note(notes, std::move(words));
    }

    Repaired repair(Score score)
    {
        const RecipeStep& step = *m_step;
        const std::string& name = step.operation;
        if (name == "choose-track") {
            TrackChoice choice;
            choice.by = step.text("by") == "name"     ? TrackChoice::By::Name
                        : step.text("by") == "number" ? TrackChoice::By::Number
                                                      : TrackChoice::By::Melody;
            choice.name = step.text("name");
            choice.number = static_cast<std::size_t>(step.number("number"));
            return keepTrack(std::move(score), choice);
        }
        if (name == "skyline")
            return keepSkyline(std::move(score), step.text("of") == "track");
        if (name == "drop-drums")
            return dropDrums(std::move(score));
        if (name == "quantise")
            return quantiseScore(std::move(score),
                                 {gridsOf(step.text("grid")), step.number("strength"),
                                  step.isSet("ends"), step.isSet("fast")});
        if (name == "close-overlaps")
            return closeOverlaps(std::move(score));
        if (name == "drop-zero-length")
            return dropZeroLengthNotes(std::move(score));
        if (name == "end-stuck-notes")
            return endStuckNotes(std::move(score), m_situation.unreleasedNotes,
                                 step.number("longest"));
        if (name == "drop-duplicate-notes")
            return dropDuplicateNotes(std::move(score), step.isSet("across"));
        if (name == "trim-silence")
            return trimSilence(std::move(score), static_cast<int>(step.number("longest")));
        if (name == "transpose-c")
            return transposeToCommonKey(std::move(score));
        if (name == "fold-range")
            return foldRange(std::move(score), pitchOf(step.number("low")),
                             pitchOf(step.number("high")));
        if (name == "drop-range")
            return dropOutsideRange(std::move(score), pitchOf(step.number("low")),
                                    pitchOf(step.number("high")));
        if (name == "normalise-velocity")
            return normaliseVelocity(std::move(score), step.number("mean"), step.number("spread"));
        if (name == "one-tempo")
            return oneTempo(std::move(score), step.number("tempo"));
        if (name == "drop-rare-notes" && m_situation.statistics) {
            const auto counts = m_situation.statistics->pitches.find(m_place);
            if (counts != m_situation.statistics->pitches.end())
                return dropPitches(std::move(score),
                                   rarePitches(counts->second, step.number("share")));
        }
        return {std::move(score), 0, false, {}};
    }

    const PieceSituation& m_situation;
    CleanedPiece m_piece{};
    const RecipeStep* m_step = nullptr;
    std::size_t m_place = 0;
    std::optional<std::size_t> m_verdict;
};

/// Whether folder `name`, of one component or several, is one of those the file lies in.
bool isInFolder(std::string_view path, std::string_view name)
{
    while (name.starts_with('/'))
        name.remove_prefix(1);
    while (name.ends_with('/'))
        name.remove_suffix(1);
    if (name.empty())
        return true;
    return fmt::format("/{}", path).find(fmt::format("/{}/", name)) != std::string::npos;
}

} // namespace

bool meetsCondition(const StepCondition& condition, const PieceSituation& situation)
{
    if (condition.problems && (condition.problems & situation.problems) == 0)
        return false;
    if (!condition.pieces.empty() && !std::ranges::binary_search(condition.pieces, situation.key))
        return false;
    return isInFolder(situation.path, condition.folder);
}

std::optional<std::size_t> verdictByHand(const Recipe& recipe, const PieceSituation& situation)
{
    for (std::size_t i = recipe.steps.size(); i-- > 0;) {
        const RecipeStep& step = recipe.steps[i];
        if (step.isOn && isVerdict(step) && meetsCondition(step.condition, situation))
            return i;
    }
    return std::nullopt;
}

CleanedPiece applySteps(const Recipe& recipe, std::size_t before, const PieceSituation& situation,
                        const Score& score)
{
    Cleaning cleaning(situation, score, verdictByHand(recipe, situation));
    const auto apply = [&](std::size_t end, bool isReading) {
        for (std::size_t i = 0; i < end; ++i) {
            const RecipeStep& step = recipe.steps[i];
            if (step.isOn && (step.operation == kPlayOrnaments) == isReading &&
                meetsCondition(step.condition, situation))
                cleaning.apply(step, i);
        }
    };
    apply(recipe.steps.size(), true);
    apply(std::min(before, recipe.steps.size()), false);
    return cleaning.take(before >= recipe.steps.size());
}

CleanedPiece applyRecipe(const Recipe& recipe, const PieceSituation& situation, const Score& score)
{
    return applySteps(recipe, recipe.steps.size(), situation, score);
}

Result<RecipeStep> editStep(std::string_view key, const Score& score, const Score& edited)
{
    const Result<MidiWriting> midi = writeMidi(edited);
    if (!midi)
        return midi.error();
    RecipeStep step = makeStep("edit");
    step.condition.pieces = {std::string(key)};
    step.parameters["replaces"] = hashOf(score);
    step.parameters["score"] =
        toBase64({reinterpret_cast<const char*>(midi->bytes.data()), midi->bytes.size()});
    return step;
}

} // namespace continuo
