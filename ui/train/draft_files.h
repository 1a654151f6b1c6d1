// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/train/run_draft.h"

#include <QByteArray>
#include <QString>

namespace continuo::ui {

/// The draft's job as `continuo train FILE` reads it: everything but the data, which a job does not
/// name.
QByteArray settingsText(const RunDraft& draft);

/// Writes it. Errors: those of writeFile(), which file.exists is not: the dialog has asked.
Status saveSettings(const RunDraft& draft, const QString& file);

/// Reads a job file: what settingsText() writes, a run's config.json, or what `continuo presets
/// NAME` prints. What it does not say is as the program has it. A model it starts from may be named
/// relative to the file.
/// Errors: those of files; settings.not-settings, settings.unknown, settings.not-allowed (kind
/// Usage), each with the file and what is wrong in it.
Result<RunDraft> loadSettings(const QString& file, const PresetCatalogue& catalogue);

/// The draft with the weights of a model to begin with, and with its encoding and network, as these
/// must be the model's. Reads the head of the file.
/// Errors: those of files and model cards; an encoding that this program does not make.
Result<RunDraft> startingFrom(RunDraft draft, const QString& model,
                              const PresetCatalogue& catalogue);

/// Whether the weights of a model settle it: its encoding and its network, dropout apart.
bool isSettledByModel(const QString& key);

/// What to call a model file: "Jigs, LSTM 256, best" for one of a run, else its name.
QString modelInWords(const QString& file);

} // namespace continuo::ui
