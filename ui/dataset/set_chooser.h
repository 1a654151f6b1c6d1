// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>

namespace continuo::ui {

class Appearance;
class DatasetSession;

/// Shows which set is in view and offers the others: those in the user's folder of sets, any file,
/// a new one. The one in view can be copied, and found on the disk.
class SetChooser final : public QToolButton
{
    Q_OBJECT

public:
    /// What is referred to is borrowed and must outlive the chooser; `folder` is where sets live.
    SetChooser(const Appearance& appearance, DatasetSession& session, QString folder,
               QWidget* parent = nullptr);

Q_SIGNALS:
    /// What could not be done, as a sentence.
    void failed(const QString& why);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fill();
    void refresh();
    void chooseFile();
    void chooseCopy();
    void showOnDisk();

    const Appearance& m_appearance;
    DatasetSession& m_session;
    QString m_folder;
    QMenu* m_menu;
};

} // namespace continuo::ui
