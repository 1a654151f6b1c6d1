// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"

#include <QString>
#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QMenu;
class QPushButton;
QT_END_NAMESPACE

namespace continuo::ui {

/// A model that a run can start from.
struct StartModel
{
    QString name{};
    QString file{};
};

/// *Start from a model…*, *Save settings…* and *Load…* below *Start training*: each asks for a file
/// and says which. GUI thread only.
class SettingsLinks final : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsLinks(const StudioContext& context, QWidget* parent = nullptr);

    /// What *Start from a model…* offers, apart from a file of one's own.
    void setModels(std::vector<StartModel> models);
    /// Why nothing of this can be used now; empty: it can.
    void setBlocked(const QString& because);

Q_SIGNALS:
    void modelChosen(const QString& file);
    void saveChosen(const QString& file);
    void loadChosen(const QString& file);

private:
    QPushButton* add(const QString& text, const QString& help);
    void fillMenu();
    void chooseModelFile();
    void chooseSettings(bool isToSave);

    const StudioContext m_context;
    std::vector<StartModel> m_models{};
    QMenu* m_menu;
    QPushButton* m_model;
    QPushButton* m_save;
    QPushButton* m_load;
};

} // namespace continuo::ui
