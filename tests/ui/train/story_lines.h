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

} // namespace continuo::ui
