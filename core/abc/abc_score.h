// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_music.h"
#include "core/abc/abc_remarks.h"
#include "core/music/score.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// A voice of a tune, to be made into a track.
struct AbcVoiceMusic
{
    std::string id{};   ///< As V: says it; empty where the tune names no voice.
    std::string name{}; ///< name= or nm= of its V: field.
    AbcMusic* music = nullptr;
};

/// What the head of a tune says about all its voices.
struct AbcTuneHead
{
    std::string title{};
    std::vector<std::string> fields{}; ///< Become text events at tick 0: "R:reel".
    std::string partOrder{};           ///< The P: field.
    bool playsOrnaments = false;
};

/// Adds a track for each voice, at 960 ticks a quarter, each on a channel of its own unless it
/// names one. `voices` is not empty; the first gives the title, tempo and meter. P: lines and D.C.,
/// D.S., fine and coda marks that only some voices have hold for all of them. Where all voices have
/// as many bars, a bar that is not equally long in all is filled up in the shorter ones, with a
/// remark; else voices that end at different times are remarked on. All tracks end together. What
/// is played of all voices together is bounded by kAbcPlayedLimit.
void makeAbcScore(std::span<AbcVoiceMusic> voices, const AbcTuneHead& head, Score& score,
                  AbcRemarks& remarks);

} // namespace continuo
