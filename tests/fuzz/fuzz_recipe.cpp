// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/clean.h"
#include "core/dataset/recipe.h"

#include <cstdint>
#include <cstdlib>

using namespace continuo;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// Two tracks with an overlap, a note without length, drums, and changes of tempo and meter.
Score someScore()
{
    Score score;
    score.ticksPerQuarter = 480;
    for (const int channel : {0, int{kDrumChannel}}) {
        Track& track = score.addTrack();
        for (int i = 0; i < 24; ++i) {
            Note note;
            note.start = Tick{i * 477};
            note.length = Tick{i % 7 == 0 ? 0 : 900};
            note.pitch = Pitch{static_cast<std::uint8_t>(30 + i * 11 % 90)};
            note.channel = static_cast<std::uint8_t>(channel);
            note.id = score.nextId++;
            track.notes.push_back(note);
            track.end = note.end();
        }
    }
    score.addEvent(score.tracks[0].id, timeSignatureEvent(Tick{3840}, 3, 4));
    score.addEvent(score.tracks[0].id, tempoEvent(Tick{5000}, 300'000));
    return score;
}

} // namespace

/// Whatever the text: it is a recipe or refused; a recipe comes back the same from what is written,
/// and what it makes of a score is one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const auto recipe = recipeFromJson({reinterpret_cast<const char*>(bytes), size}, "fuzz.json");
    if (!recipe) {
        require(recipe.error().kind == ErrorKind::Usage ||
                recipe.error().kind == ErrorKind::Refused);
        require(!recipe.error().id.empty() && !recipe.error().text.empty());
        return 0;
    }
    const std::string written = recipeToJson(*recipe);
    const auto again = recipeFromJson(written, "again.json");
    require(static_cast<bool>(again));
    require(recipeToJson(*again) == written && recipeHash(*again) == recipeHash(*recipe));
    for (const RecipeStep& step : recipe->steps)
        require(!stepInWords(step).empty());

    static const Score kScore = someScore();
    SetStatistics statistics;
    for (std::size_t i = 0; i < recipe->steps.size() && i < 100; ++i)
        statistics.pitches[i][60] = 1000;
    const PieceSituation situation{
        pieceKey(std::string(64, 'a'), 0), "folk/a.mid", 0xffffffU, {1, 5, 9},
        DuplicateDrop{0, "duplicate"},     &statistics,                 &kScore};
    if (recipe->steps.size() > 50)
        return 0;
    const CleanedPiece piece = applyRecipe(*recipe, situation, kScore);
    require(piece.isInUse == piece.whyLeftOut.empty());
    for (const Score& score : piece.scores) {
        for (const Track& track : score.tracks) {
            for (std::size_t i = 0; i < track.notes.size(); ++i) {
                const Note& note = track.notes[i];
                require(i == 0 || noteBefore(track.notes[i - 1], note));
                require(note.start.value >= 0 && note.length.value >= 0 && note.end() <= track.end);
                require(note.pitch.value < 128 && note.velocity >= 1 && note.velocity < 128);
            }
        }
    }
    return 0;
}
