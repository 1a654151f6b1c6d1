// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/job_settings.h"

#include "core/weights/model_card.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <utility>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
using Kind = JobSetting::Kind;

JobSetting whole(std::string key, int standard, int lowest, int highest, std::string meaning)
{
    return {std::move(key),
            Kind::Whole,
            std::to_string(standard),
            static_cast<double>(lowest),
            static_cast<double>(highest),
            {},
            fmt::format("a whole number from {} to {}", lowest, highest),
            std::move(meaning)};
}

JobSetting truth(std::string key, bool standard, std::string meaning)
{
    JobSetting setting;
    setting.key = std::move(key);
    setting.kind = Kind::Truth;
    setting.defaultJson = standard ? "true" : "false";
    setting.allowed = "true or false";
    setting.meaning = std::move(meaning);
    return setting;
}

JobSetting choice(std::string key, const std::string& standard, std::vector<std::string> choices,
                  std::string meaning)
{
    JobSetting setting;
    setting.key = std::move(key);
    setting.kind = Kind::Choice;
    setting.defaultJson = Json(standard).dump();
    setting.allowed = fmt::format("one of {}", fmt::join(choices, ", "));
    setting.choices = std::move(choices);
    setting.meaning = std::move(meaning);
    return setting;
}

JobSetting of(std::vector<std::string> encodings, JobSetting setting)
{
    setting.encodings = std::move(encodings);
    return setting;
}

std::vector<std::string> kindNames()
{
    std::vector<std::string> names;
    for (const NetworkKind& kind : networkKinds())
        names.push_back(kind.name);
    return names;
}

std::string_view kindName(Kind kind)
{
    switch (kind) {
    case Kind::Whole:
        return "whole";
    case Kind::Real:
        return "real";
    case Kind::Truth:
        return "truth";
    case Kind::Choice:
        return "choice";
    case Kind::Word:
        break;
    }
    return "word";
}

} // namespace

std::vector<JobSetting> jobSettings()
{
    std::vector<JobSetting> settings{
        of({"grid", "frame"},
           choice("encoding.grid", "1/16", {"1/4", "1/8", "1/16", "1/32", "1/6", "1/12", "1/24"},
                  "The length of a step; 1/6, 1/12 and 1/24 are triplets.")),
        of({"grid", "event"}, whole("encoding.low", 54, 0, 127,
                                    "The lowest MIDI key that has a symbol; middle C is 60.")),
        of({"grid", "event"},
           whole("encoding.high", 90, 0, 127, "The highest MIDI key that has a symbol.")),
        of({"grid"}, truth("encoding.rest", true,
                           "A symbol for silence. Without it a note lasts until the next one.")),
        of({"grid", "frame"},
           truth(
               "encoding.hold", true,
               "Notes go on. Without it a long note repeats its pitch on a grid, and is on in its "
               "first frame only.")),
        of({"frame"}, truth("encoding.silence", false,
                            "Silence before the first note and behind the last is kept.")),
        of({"grid", "chord"},
           truth("encoding.end", true,
                 "A symbol for the end of a piece, so that the network learns to end.")),
        of({"chord"},
           truth("encoding.wholeBeats", false,
                 "A note that is played lasts a beat, over the next one; without it half "
                 "a beat, until the next one.")),
        of({"abc"}, choice("encoding.header", "meter-key", {"meter-key", "meter-unit-key"},
                           "The lines before the music: meter and key, or the unit length between "
                           "them too.")),
        of({"abc"}, choice("encoding.resolution", "1/48", {"1/16", "1/32", "1/48", "1/96", "1/192"},
                           "The grid that notes are moved onto; 1/48 holds sixteenths and triplets "
                           "of eighths.")),
        of({"chord", "note", "event"},
           choice(
               "encoding.tracks", "melody", {"melody", "all"},
               "Whether the melody's track is read, or all; drums only by the encoding event, and "
               "there only while its notes say their instruments.")),
        of({"event"}, whole("encoding.positionsPerBeat", 12, 1, 48,
                            "Places of a beat on which notes begin and end; 4 has sixteenths, 12 "
                            "has triplets too.")),
        of({"event"}, whole("encoding.longestBeats", 12, 1, 64, "The longest note, in beats.")),
        of({"event"}, whole("encoding.velocities", 32, 0, 127,
                            "How many velocities are told apart; 0: they are not learned.")),
        of({"event"}, truth("encoding.programs", true,
                            "Each note says its instrument. Without it all is one, and drums are "
                            "left out.")),
        of({"voices"}, truth("encoding.attacks", true,
                             "Whether a note goes on or is struck again is kept. Without it equal "
                             "neighbours are one note.")),
        of({"grid", "abc", "voices", "event"},
           truth("encoding.transpose", true, "Every piece is brought to C major or A minor.")),
        of({"note"}, choice("encoding.unit", "beats", {"beats", "seconds"},
                            "What times and lengths are counted in: beats keep the music's own "
                            "time, seconds the player's.")),
        of({"note"}, whole("encoding.division", 96, 4, 960,
                           "Steps in a beat or a second; no time is finer.")),
        of({"note"}, whole("encoding.longest", 16, 1, 64,
                           "The longest note and the longest silence, in beats or seconds.")),
        of({"note"},
           choice("encoding.velocity", "prompt", {"prompt", "fixed", "kept"},
                  "How loud answers are: as the seed melody, always 100, or as the network "
                  "says, which then learns it.")),
        of({"grid"}, truth("encoding.skyline", true,
                           "Where several notes sound the highest is read; without it pieces with "
                           "several lines are refused.")),
        of({"grid"}, truth("encoding.equalDurations", false,
                           "A step is a note, whatever its length: the order of notes without "
                           "rhythm.")),
        of({"grid"}, whole("encoding.rareBelow", 0, 0, 1'000'000,
                           "Pitches that the training part has less often than this are left out; "
                           "0: none.")),
        choice("network.kind", "lstm", kindNames(),
               "How the network remembers what it has read. Settings that a kind does not have are "
               "left alone."),
        whole("network.layers", 1, 1, 128,
              "Layers on top of each other; up to 16 but for convolutions."),
        whole("network.hidden", 256, 1, 8192, "Units in a layer: what it can keep in mind."),
        whole("network.embedding", 0, 0, 8192,
              "Width in which symbols are laid out before they are read; 0: one input for each "
              "symbol."),
        {"network.dropout",
         Kind::Real,
         "0.0",
         0,
         0.95,
         {},
         "a number from 0 to 0.95",
         "Share of a layer's output that is left out at random while it learns, against learning "
         "by heart."},
        {"network.recurrentDropout",
         Kind::Real,
         "0.0",
         0,
         0.95,
         {},
         "a number from 0 to 0.95",
         "Recurrent networks: share of a layer's units that it does not hear of its own step "
         "before, "
         "the same ones all through a window. Above 0 nothing is left out between the layers."},
        {"network.weightDropout",
         Kind::Real,
         "0.0",
         0,
         0.95,
         {},
         "a number from 0 to 0.95",
         "Recurrent networks: share of the weights between one step and the next that is left out "
         "at random while it learns, others for each part of a batch (DropConnect)."},
        truth("network.batchNorm", false,
              "Brings the last layer's output to the mean and spread of its batch."),
        whole("network.dense", 0, 0, 8192, "Width of one more layer before the answer; 0: none."),
        truth("network.denseBatchNorm", false,
              "The same behind the dense layer, which there must be then."),
        choice("network.prediction", "every-step", {"every-step", "last-step"},
               "Whether every symbol of a window is foretold, or only the one after it."),
        whole("network.window", 0, 0, 4096,
              "Symbols in the window of a network that foretells only the one after it."),
        whole(
            "network.heads", 4, 1, 64,
            "Transformer: how many things a layer looks for at once; they share the hidden units."),
        whole("network.context", 64, 2, 8192,
              "Transformer: symbols it looks back; best as long as training.sequence. When they "
              "are full the older half is forgotten."),
        whole("network.feedForward", 4, 1, 16,
              "Transformer: width of a layer's second half, in multiples of the hidden units."),
        whole("network.order", 4, 1, 8,
              "N-gram: length of the longest sequence that is counted; 1: the last symbol does not "
              "matter."),
        truth("network.bidirectional", false,
              "Recurrent networks that foretell the last step only: the window is read forwards "
              "and backwards."),
        truth("network.residual", true,
              "Convolutions: a way leads around every two layers, so that deep ones learn."),
        whole("network.dilation", 1, 1, 64,
              "Convolutions: how far apart the neighbours are that a layer sees; layers go through "
              "1, 2, 4, … up to this power of two."),
        truth("network.separable", false,
              "Convolutions: first within a plane, then across planes, which is about nine times "
              "less work."),
        choice("network.head", "softmax", networkHeads(),
               "What comes out: one symbol of all (softmax); for frames the keys that are on, each "
               "for itself (keys) or from low to high, each given those below it (ordered-keys); "
               "for notes pitch, time and length of the next (note; note-relu: none of its numbers "
               "below 0)."),
        whole("network.noise", 100, 1, 4096,
              "GAN: random numbers that the generator reads at every step."),
        whole("network.rank", 64, 1, 1024,
              "Ordered keys: numbers in which the keys below are told to those above."),
    };
    std::vector<JobSetting> training = trainingSettings();
    settings.insert(settings.end(), std::make_move_iterator(training.begin()),
                    std::make_move_iterator(training.end()));
    return settings;
}

std::string toJson(const std::vector<JobSetting>& settings)
{
    Json array = Json::array();
    for (const JobSetting& setting : settings) {
        Json object{{"key", setting.key},
                    {"kind", kindName(setting.kind)},
                    {"default", Json::parse(setting.defaultJson, nullptr, false)}};
        if (std::isfinite(setting.lowest))
            object["lowest"] = setting.lowest;
        if (std::isfinite(setting.highest))
            object["highest"] = setting.highest;
        if (!setting.choices.empty())
            object["choices"] = setting.choices;
        if (!setting.encodings.empty())
            object["encodings"] = setting.encodings;
        object["allowed"] = setting.allowed;
        object["meaning"] = setting.meaning;
        array.push_back(std::move(object));
    }
    return array.dump();
}

} // namespace continuo
