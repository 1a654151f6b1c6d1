// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/run_facts.h"

#include <initializer_list>
#include <string_view>

namespace continuo::ui {

/// A story told by lines as they stand in a log.
inline RunStory storyOf(std::initializer_list<std::string_view> lines)
{
    RunStory story;
    for (const std::string_view line : lines)
        story.tell(parseJson(line).value());
    return story;
}

inline constexpr std::string_view kStarted =
    R"({"seq":1,"event":"started","step":0,"epoch":0,"seconds":0,"name":"tiny","device":"cpu","precision":"bfloat16","threads":2,)"
    R"("parameters":12104,"epochs":4,"stepsPerEpoch":10,"trainPieces":96,"validationPieces":12,)"
    R"("references":{"uniform":3.5,"unigram":2.5,"bigram":2.0}})";

/// A point of the training curve, and a judgement.
inline std::string stepLine(int seq, int step, double loss)
{
    return Json{{"seq", seq}, {"event", "step"}, {"step", step}, {"epoch", step / 10.0}, {"seconds", step * 0.1}, {"loss", loss},
                {"accuracy", 0.5}, {"learningRate", 0.005}, {"gradientNorm", 0.7}, {"tokensPerSecond", 20000.0}}
        .dump();
}
inline std::string judgedLine(int seq, int step, double loss)
{
    return Json{{"seq", seq}, {"event", "evaluated"}, {"step", step}, {"epoch", step / 10.0}, {"seconds", step * 0.1},
                {"validation", {{"steps", 1000}, {"loss", loss}, {"accuracy", 0.4}, {"bitsPerNote", 3.2}, {"notes", 500}}},
                {"learningRate", 0.005}, {"tokensPerSecond", 20000.0}}
        .dump();
}

/// The same of two networks that learn against each other.
inline std::string pairStepLine(int seq, int step, double discriminator, double generator)
{
    Json line = Json::parse(stepLine(seq, step, discriminator));
    line["more"] = {{"discriminatorLoss", discriminator}, {"generatorLoss", generator}};
    return line.dump();
}
inline std::string varietyLine(int seq, int step, double collapse)
{
    return Json{{"seq", seq},
                {"event", "evaluated"},
                {"step", step},
                {"epoch", step / 10.0},
                {"seconds", step * 0.1},
                {"trainLoss", 1.2},
                {"validation", nullptr},
                {"learningRate", 0.0002},
                {"tokensPerSecond", 20000.0},
                {"more",
                 {{"collapse", collapse},
                  {"distinct4", 0.5},
                  {"corpusDistinct4", 0.75},
                  {"pairDistance", 0.25},
                  {"corpusPairDistance", 0.05}}}}
        .dump();
}

} // namespace continuo::ui
