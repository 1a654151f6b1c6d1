// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/generate/continuation.h"
#include "core/learn/train_event.h"
#include "core/protocol/engine_messages.h"
#include "core/protocol/json.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

// Results as JSON, the same from `serve` and from the command line.

/// A list of {id, text, arguments{}}.
Json toJson(const std::vector<Remark>& remarks);

/// {key, transposed, octaves, notes, read, padded, remarks[]}
Json promptToJson(const PreparedPrompt& prompt);

/// A note of an answer. Its times count from `origin`, in a score of `ticksPerQuarter`.
NoteMessage noteMessage(std::size_t alternative, const GeneratedNote& generated,
                        int ticksPerQuarter, Tick origin = {});

/// As noteMessage(), all of a draft.
DraftMessage draftMessage(const Draft& draft, int ticksPerQuarter);

/// [{name, written, track, channel, program}] from soprano to bass; track is its place among the score's tracks, null
/// for a new one.
Json voicesToJson(const Score& score, const VoicePlan& plan);

/// {symbols[{name, probability, after}]} with maskedMass and what was read.
Json predictionToJson(const PreparedPrompt& prompt, const Prediction& prediction);

/// The figures of an import, without its lists of files and of unreadable folders.
Json importCountsToJson(const ImportReport& report);

/// {passages, pieces, places, leaks: [{notes, part, heldOut, training}]}, a place being {piece, path, ordinal, title, bar}.
Json leaksToJson(const LeakReport& report);

Json splitToJson(const SplitReport& report, const std::string& fingerprint);

/// {pieces, changed, dropped, sections, stale, operations[{name, pieces, notes}], fingerprint}; the last is null for a
/// preview.
Json cleanToJson(const CleanReport& report, const std::optional<std::string>& fingerprint);

Json datasetInfoToJson(const DatasetInfo& info);

/// What a network reached on each part at its best point: {trainLoss, validationLoss, testLoss, trainAccuracy,
/// validationAccuracy, testAccuracy, noteAccuracy{train, validation, test}, bitsPerNote{…}}; null where not known, and
/// bits per note of a network that foretells no single notes.
Json bestPointToJson(const std::optional<PartScore>& train, const std::optional<PartScore>& validation,
                     const std::optional<PartScore>& test);

} // namespace continuo
