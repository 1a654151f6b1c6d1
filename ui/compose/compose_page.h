// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"

#include <QWidget>

namespace continuo::ui {

/// The workspace where one composes: tracks, the roll, and what continues it.
class ComposePage final : public QWidget
{
    Q_OBJECT

public:
    explicit ComposePage(const StudioContext& context, QWidget* parent = nullptr);

    /// Continues with this model from now on: a checkpoint the user trained.
    void useModel(const QString& file);

private:
    StudioContext m_context;
};

} // namespace continuo::ui
